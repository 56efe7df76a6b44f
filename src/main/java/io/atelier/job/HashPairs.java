package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * All pairs of 64-bit hashes that differ in few bits, none missed and without comparing each with
 * each: of {@code maxBits + 2} bands two hashes within the limit agree in at least two, so rows
 * meet on every pair of bands.
 */
final class HashPairs {
  private static final int BITS = 64;

  private HashPairs() {}

  /**
   * The pairs within one group: {@code group}, {@code left}, {@code right} ({@code left < right} as
   * signed numbers), {@code bits}, each once.
   *
   * @param hashes distinct rows of {@code group} and {@code hash}, a bigint
   * @param maxBits 0 to 7; beyond, the bands are so short that too many rows meet
   */
  static Dataset<Row> within(Dataset<Row> hashes, int maxBits) {
    Dataset<Row> keys =
        hashes
            .select(col("group"), col("hash"), explode(array(keys(maxBits + 2))).as("_key"))
            .select(col("group"), col("hash"), col("_key.bands"), col("_key.value"));
    Column bits = bit_count(col("left").bitwiseXOR(col("right")));
    return keys.withColumnRenamed("hash", "left")
        .join(keys.withColumnRenamed("hash", "right"), new String[] {"group", "bands", "value"})
        .where(col("left").lt(col("right")).and(bits.leq(maxBits)))
        .select(col("group"), col("left"), col("right"), bits.as("bits"))
        .distinct();
  }

  private static Column[] keys(int bands) {
    List<Column> keys = new ArrayList<>();
    for (int i = 0; i < bands; i++) {
      for (int j = i + 1; j < bands; j++) {
        Column value = shiftleft(band(i, bands), BITS / 2).bitwiseOR(band(j, bands));
        keys.add(struct(lit(keys.size()).as("bands"), value.as("value")));
      }
    }
    return keys.toArray(Column[]::new);
  }

  private static Column band(int index, int bands) {
    int from = BITS * index / bands;
    int width = BITS * (index + 1) / bands - from;
    return shiftrightunsigned(col("hash"), from).bitwiseAND(lit((1L << width) - 1));
  }
}
