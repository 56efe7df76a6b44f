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
 * is too far from the medoid of all accepted ones. Photos accepted before keep their verdict.
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
   * The {@link Refusals} of new rows.
   *
   * @param judged new verdict rows
   * @param kept accepted verdict rows of earlier runs under the same rules
   */
  static Dataset<Row> find(
      Dataset<Row> judged, Dataset<Row> kept, Dataset<Row> measurements, Rule rule) {
    Dataset<Row> faces =
        judged
            .where("decision = 'ACCEPT'")
            .select("input_id", "subject_id", "asset_id")
            .withColumn("_new", lit(true))
            .unionByName(
                kept.select("input_id", "subject_id", "asset_id").withColumn("_new", lit(false)))
            .join(measurements.select("asset_id", "identity"), "asset_id")
            .where(col("identity").isNotNull())
            .groupBy("subject_id")
            // In a fixed order, because of two equally good medoids the first is taken.
            .agg(array_sort(collect_list(struct("input_id", "_new", "identity"))).as("_faces"));
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
      boolean fresh = photos.get(i).getAs("_new");
      if (fresh && rule.appliesTo(cosines.get(i))) {
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
