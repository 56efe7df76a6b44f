package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * All pairs of 64-bit hashes that differ in few bits, none missed and without comparing each with
 * each: of {@code maxBits + 2} bands two hashes within the limit agree in at least two, so rows
 * meet on every pair of bands. Where too many meet, as scans of white pages do, they meet on pairs
 * of other bands on top, which loses none either.
 */
final class HashPairs {
  private static final int BITS = 64;

  /** Rows that may meet on one pair of bands. */
  private static final int CROWD = 2000;

  /** One row in so many is looked at to find crowds. */
  private static final int SAMPLED = 16;

  private static final String[] MEETING = {"group", "bands", "value"};

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
    return within(hashes, maxBits, CROWD / SAMPLED, SAMPLED);
  }

  /**
   * The same.
   *
   * @param crowd more rows than so many of the sample that meet are divided further
   * @param sampled one row in so many is in the sample
   */
  static Dataset<Row> within(Dataset<Row> hashes, int maxBits, int crowd, int sampled) {
    Dataset<Row> keys = keys(hashes, maxBits + 2, crowd, sampled);
    Dataset<Row> fresh = keys.where("is_new").drop("is_new").withColumnRenamed("hash", "_fresh");
    Column bits = bit_count(col("_fresh").bitwiseXOR(col("hash")));
    // A pair of new ones is met from both sides.
    Column once = not(col("is_new")).or(col("_fresh").lt(col("hash")));
    return fresh
        // The key first, because Spark sorts by eight bytes of the first column at once.
        .join(keys, new String[] {"key", "group"})
        .where(once.and(bits.leq(maxBits)))
        .select(
            col("group"),
            least(col("_fresh"), col("hash")).as("left"),
            greatest(col("_fresh"), col("hash")).as("right"),
            bits.as("bits"))
        .distinct();
  }

  /**
   * The rows once for each {@code key} on which they meet others of their group. A hash, to be
   * short: should two keys have the same, some meet in vain.
   */
  static Dataset<Row> keys(Dataset<Row> hashes, int bands, int crowd, int sampled) {
    Dataset<Row> meetings =
        hashes
            .withColumn("_key", explode(keys(bands, bit -> bit * bands / BITS)))
            .select(col("group"), col("hash"), col("is_new"), col("_key.bands"), col("_key.value"));
    return divided(meetings, crowds(meetings, crowd, sampled), bands)
        .withColumn(
            "key",
            xxhash64(col("bands"), col("value"), col("_further.bands"), col("_further.value")))
        .select("key", "group", "hash", "is_new");
  }

  /** The keys on which too many meet. */
  private static Dataset<Row> crowds(Dataset<Row> meetings, int crowd, int sampled) {
    return meetings
        .where(pmod(xxhash64(col("hash")), lit(sampled)).equalTo(0))
        .groupBy(MEETING[0], MEETING[1], MEETING[2])
        .count()
        .where(col("count").gt(crowd))
        .drop("count")
        .withColumn("_crowded", lit(true));
  }

  /**
   * What a crowd has in common are bits side by side, so it is divided by bands of bits far apart:
   * again two hashes within the limit agree in two of them.
   */
  private static Dataset<Row> divided(Dataset<Row> meetings, Dataset<Row> crowds, int bands) {
    Column alone = array(struct(lit(-1).as("bands"), lit(0L).as("value")));
    return meetings
        .join(broadcast(crowds), MEETING, "left")
        .withColumn(
            "_further",
            explode(when(col("_crowded"), keys(bands, bit -> bit % bands)).otherwise(alone)))
        .drop("_crowded");
  }

  /** For each pair of bands which it is and the hash's bits in it, an array. */
  private static Column keys(int bands, IntUnaryOperator bandOf) {
    List<Column> keys = new ArrayList<>();
    for (int i = 0; i < bands; i++) {
      for (int j = i + 1; j < bands; j++) {
        Column value = col("hash").bitwiseAND(lit(mask(i, bandOf) | mask(j, bandOf)));
        keys.add(struct(lit(keys.size()).as("bands"), value.as("value")));
      }
    }
    return array(keys.toArray(Column[]::new));
  }

  private static long mask(int band, IntUnaryOperator bandOf) {
    return IntStream.range(0, BITS)
        .filter(bit -> bandOf.applyAsInt(bit) == band)
        .mapToLong(bit -> 1L << bit)
        .reduce(0, (mask, bit) -> mask | bit);
  }
}
