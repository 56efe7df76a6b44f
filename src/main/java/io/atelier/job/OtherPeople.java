package io.atelier.job;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.atelier.image.Reason;
import io.atelier.image.Rule;
import io.atelier.image.SamePerson;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Photos that show somebody else than the subject's other photos, by an identity model: their face
 * is too far from the medoid of all that no other rule refuses. When photos of a subject come, the
 * ones before are looked at again, so that their order says nothing about who the subject is.
 */
final class OtherPeople {
  private static final StructType REFUSAL =
      new StructType()
          .add("input_id", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("value", DataTypes.DoubleType)
          .add("threshold", DataTypes.DoubleType)
          .add("sentence", DataTypes.StringType)
          .add("kept_id", DataTypes.StringType);

  private OtherPeople() {}

  /**
   * Assets to be judged again because there are others of their subject: those that were refused
   * for showing somebody else.
   *
   * @param known verdict rows under the same rules
   * @param changed assets that are judged
   */
  static Dataset<Row> again(
      JobContext context, CurateRules rules, Dataset<Row> known, Dataset<Row> changed) {
    Dataset<Row> assets = context.tables().assets().read();
    return rules
        .samePerson()
        .map(rule -> Joins.with(known.where(refuses("", rule)), changed, "subject_id"))
        .map(refused -> Joins.with(assets, refused, "input_id"))
        .map(refused -> Joins.without(refused, changed, "input_id"))
        .orElse(assets.limit(0));
  }

  /** A condition on a verdict there, {@code t}, and its successor, {@code s}. */
  static String outdated(CurateRules rules) {
    return rules
        .samePerson()
        .map(
            rule ->
                "%s OR (t.decision = 'ACCEPT' AND %s)"
                    .formatted(refuses("t.", rule), refuses("s.", rule)))
        .orElse("false");
  }

  private static String refuses(String row, Rule rule) {
    return "array_contains(%sreasons.code, '%s')".formatted(row, rule.code());
  }

  /**
   * Verdict rows, with those refused that show somebody else; and of those kept before the ones
   * that do, refused now.
   *
   * @param judged new verdict rows
   * @param kept accepted verdict rows of earlier runs under the same rules
   */
  static Dataset<Row> refuse(
      JobContext context,
      Dataset<Row> judged,
      Dataset<Row> kept,
      Dataset<Row> measurements,
      Rule rule) {
    Dataset<Row> verdicts = Leaders.persist(judged);
    Dataset<Row> refusals = Leaders.persist(find(verdicts, kept, measurements, rule));
    Dataset<Row> turned =
        Refusals.apply(Joins.with(kept, refusals, "input_id"), refusals, Refusals.NO_BITS)
            .withColumn("created_at", lit(context.now()))
            .withColumn("run_id", lit(context.runId()));
    return Refusals.apply(verdicts, refusals, Refusals.NO_BITS).unionByName(turned);
  }

  private static Dataset<Row> find(
      Dataset<Row> judged, Dataset<Row> kept, Dataset<Row> measurements, Rule rule) {
    Dataset<Row> faces =
        judged
            .where("decision = 'ACCEPT'")
            .select("input_id", "subject_id", "asset_id")
            .unionByName(kept.select("input_id", "subject_id", "asset_id"))
            .join(measurements.select("asset_id", "identity"), "asset_id")
            .where(col("identity").isNotNull())
            .groupBy("subject_id")
            // In a fixed order, because of two equally good medoids the first is taken.
            .agg(array_sort(collect_list(struct("input_id", "identity"))).as("_faces"));
    JavaRDD<Row> refusals = faces.toJavaRDD().flatMap(subject -> refusals(subject, rule));
    return judged.sparkSession().createDataFrame(refusals, REFUSAL);
  }

  private static Iterator<Row> refusals(Row subject, Rule rule) {
    List<Row> photos = subject.getList(subject.fieldIndex("_faces"));
    List<List<Double>> faces =
        photos.stream().map(photo -> photo.<Double>getList(photo.fieldIndex("identity"))).toList();
    List<Double> cosines = SamePerson.cosines(faces);
    List<Row> refusals = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      if (rule.appliesTo(cosines.get(i))) {
        Reason reason = rule.reason(cosines.get(i));
        refusals.add(
            RowFactory.create(
                photos.get(i).getAs("input_id"),
                reason.code(),
                reason.value(),
                reason.threshold(),
                reason.sentence(),
                null));
      }
    }
    return refusals.iterator();
  }
}
