package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.conv;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.atelier.image.Rule;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Photos that nearly repeat a better one of their subject that is kept, by their DCT hashes. Better
 * is: kept by an earlier run, more pixels, sharper, a longer file, the smaller id; so the same are
 * kept whatever the order of the input and the partitioning.
 */
final class NearCopies {
  /** Below this gray entropy in bits all hashes look alike and say nothing. */
  private static final double LEAST_ENTROPY = 3.0;

  private static final int HEX_DIGITS = 8;

  /** Rows that are sooner compared than Spark has planned its joins. */
  private static final int FEW = 2000;

  private NearCopies() {}

  /** The most bits that a rule on the distance of hashes takes for the same picture. */
  static int mostBits(Rule rule) {
    return (int) Math.ceil(rule.threshold()) - 1;
  }

  /**
   * The rows to compare: {@code id}, {@code group}, {@code hash}, and {@code rank}, which is least
   * for the best.
   *
   * @param photos {@code input_id}, {@code subject_id}, {@code phash}, {@code gray_entropy}, {@code
   *     pixels}, {@code sharpness}, {@code bytes} and {@code _new}
   */
  static Dataset<Row> candidates(Dataset<Row> photos) {
    return comparable(photos)
        .select(
            col("input_id").as("id"),
            xxhash64(col("subject_id")).as("group"),
            shiftleft(half(1), Long.SIZE / 2).bitwiseOR(half(1 + HEX_DIGITS)).as("hash"),
            rank().as("rank"));
  }

  /** Photos that show something. */
  static Dataset<Row> comparable(Dataset<Row> photos) {
    return photos.where(col("phash").isNotNull().and(col("gray_entropy").geq(LEAST_ENTROPY)));
  }

  /** Least for the best. */
  static Column rank() {
    return struct(
        col("_new"),
        coalesce(col("pixels"), lit(0)).unary_$minus().as("_pixels"),
        coalesce(col("sharpness"), lit(0)).unary_$minus().as("_sharpness"),
        coalesce(col("bytes"), lit(0)).unary_$minus().as("_bytes"),
        col("input_id"));
  }

  private static Column half(int from) {
    return conv(col("phash").substr(from, HEX_DIGITS), 16, 10).cast("bigint");
  }

  /** The new rows to leave out: {@code id}, {@code kept_id} and {@code bits}. */
  static Dataset<Row> find(Dataset<Row> candidates, int maxBits) {
    return find(candidates, maxBits, FEW);
  }

  /** The same; up to {@code few} rows are compared on the driver, more by joins. */
  static Dataset<Row> find(Dataset<Row> candidates, int maxBits, int few) {
    List<Row> some = candidates.limit(few + 1).collectAsList();
    return some.size() > few
        ? byJoins(candidates, maxBits)
        : candidates.sparkSession().createDataFrame(FewCopies.of(some, maxBits), FewCopies.SCHEMA);
  }

  /**
   * Rows with the same hash go with the best of them, so that any number of copies makes no pairs.
   */
  private static Dataset<Row> byJoins(Dataset<Row> candidates, int maxBits) {
    Dataset<Row> best =
        Leaders.persist(candidates.groupBy("group", "hash").agg(min("rank").as("rank")));
    Dataset<Row> out = Leaders.leftOut(near(best, maxBits));
    Column first = col("rank.input_id");
    return candidates
        .where("rank._new")
        .select("id", "group", "hash")
        .join(best, new String[] {"group", "hash"})
        .join(out.withColumnRenamed("id", "_out"), first.equalTo(col("_out")), "left")
        .where(col("_out").isNotNull().or(col("id").notEqual(first)))
        .select(
            col("id"),
            coalesce(col("kept_id"), first).as("kept_id"),
            coalesce(col("bits"), lit(0)).as("bits"));
  }

  private static Dataset<Row> near(Dataset<Row> best, int maxBits) {
    Dataset<Row> left = best.select(col("group"), col("hash").as("left"), col("rank").as("_l"));
    Dataset<Row> right = best.select(col("group"), col("hash").as("right"), col("rank").as("_r"));
    Column leftFirst = col("_l").lt(col("_r"));
    Column better = when(leftFirst, col("_l")).otherwise(col("_r"));
    Column worse = when(leftFirst, col("_r")).otherwise(col("_l"));
    return HashPairs.within(
            best.select(col("group"), col("hash"), col("rank._new").as("is_new")), maxBits)
        .join(left, new String[] {"group", "left"})
        .join(right, new String[] {"group", "right"})
        .select(better.as("_better"), worse.as("_worse"), col("bits"))
        .where("_worse._new")
        .select(
            col("_better.input_id").as("better"), col("_worse.input_id").as("worse"), col("bits"));
  }

  /** Verdict rows with the refusals of {@link #find}'s rows. */
  static Dataset<Row> refuse(Dataset<Row> verdicts, Dataset<Row> found, Rule rule) {
    return Refusals.regroup(verdicts, refusals(found, rule), col("value"));
  }

  /** The {@link Refusals} that {@link #find}'s rows are. */
  private static Dataset<Row> refusals(Dataset<Row> found, Rule rule) {
    Column[] sentences =
        IntStream.rangeClosed(0, mostBits(rule))
            .mapToObj(bits -> lit(rule.reason(bits).sentence()))
            .toArray(Column[]::new);
    return found.select(
        Refusals.columns(
            col("id"),
            rule.code(),
            col("bits"),
            lit(rule.threshold()),
            element_at(array(sentences), col("bits").plus(1)),
            col("kept_id")));
  }
}
