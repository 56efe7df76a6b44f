package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
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
   * The pairs within one group of which at least one is new: {@code group}, {@code left}, {@code
   * right} ({@code left < right} as signed numbers), {@code bits}, each once.
   *
   * @param hashes distinct rows of {@code group} and {@code hash}, a bigint, and whether it {@code
   *     is_new}; no hash is both
   * @param maxBits 0 to 8; from 5 on the bands are so short that too many rows of a group of
   *     millions meet, beyond 8 those of any group
   */
  static Dataset<Row> within(Dataset<Row> hashes, int maxBits) {
    Dataset<Row> keys =
        hashes
            .withColumn("_key", explode(array(keys(maxBits + 2))))
            .select(col("group"), col("hash"), col("is_new"), col("_key.bands"), col("_key.value"));
    Dataset<Row> fresh = keys.where("is_new").drop("is_new").withColumnRenamed("hash", "_fresh");
    Column bits = bit_count(col("_fresh").bitwiseXOR(col("hash")));
    // A pair of new ones is met from both sides.
    Column once = not(col("is_new")).or(col("_fresh").lt(col("hash")));
    return fresh
        .join(keys, new String[] {"group", "bands", "value"})
        .where(once.and(bits.leq(maxBits)))
        .select(
            col("group"),
            least(col("_fresh"), col("hash")).as("left"),
            greatest(col("_fresh"), col("hash")).as("right"),
            bits.as("bits"))
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
