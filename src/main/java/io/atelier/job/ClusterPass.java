package io.atelier.job;

import io.atelier.image.Reason;
import io.atelier.image.Rule;
import io.atelier.worker.FloatBytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A greedy pass through each cluster from the best image down, after SemDeDup (Abbas et al. 2023):
 * an image is kept unless one that was kept before it is too like it, or enough of the cluster were
 * kept. Images that earlier runs kept come first and stay.
 *
 * @param alike the limit on the cosine; null for none
 * @param most the limit on the place in the cluster; null for none
 */
record ClusterPass(Rule alike, Rule most) implements FlatMapFunction<Iterator<Row>, Row> {
  /** What a pass says of each image; {@code code} to {@code kept_id} are null if it is kept. */
  static final StructType FOUND =
      StructType.fromDDL(
          "input_id string, cluster int, cosine double, code string, value double,"
              + " threshold double, sentence string, kept_id string");

  /**
   * The results of images that come cluster by cluster, the best first: {@code id}, {@code group},
   * {@code cluster}, {@code is_new} and {@code embedding}.
   */
  @Override
  public Iterator<Row> call(Iterator<Row> images) {
    return new Iterator<>() {
      private Object group;
      private Object cluster;
      private Pass pass;

      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        Row image = images.next();
        if (!image.getAs("group").equals(group) || !image.getAs("cluster").equals(cluster)) {
          group = image.getAs("group");
          cluster = image.getAs("cluster");
          pass = new Pass();
        }
        return pass.judge(image);
      }
    };
  }

  private record Kept(String id, float... embedding) {}

  private final class Pass {
    private final List<Kept> kept = new ArrayList<>();
    private int place = 1;

    Row judge(Row image) {
      Kept candidate =
          new Kept(image.getAs("id"), FloatBytes.of(image, image.fieldIndex("embedding")));
      Kept closest = null;
      double cosine = Double.NaN;
      for (Kept other : kept) {
        double likeness = cosine(candidate.embedding(), other.embedding());
        if (closest == null
            || likeness > cosine
            || (likeness == cosine && other.id().compareTo(closest.id()) < 0)) {
          closest = other;
          cosine = likeness;
        }
      }
      boolean fresh = image.getAs("is_new");
      if (fresh && alike != null && alike.appliesTo(cosine)) {
        return row(image, cosine, alike.reason(cosine), closest.id());
      }
      Reason reason = fresh && most != null && most.appliesTo(place) ? most.reason(place) : null;
      place++;
      if (reason == null) {
        kept.add(candidate);
      }
      return row(image, cosine, reason, null);
    }
  }

  private static Row row(Row image, double cosine, Reason reason, String keptId) {
    return RowFactory.create(
        image.getAs("id"),
        image.getAs("cluster"),
        Double.isNaN(cosine) ? null : cosine,
        reason == null ? null : reason.code(),
        reason == null ? null : reason.value(),
        reason == null ? null : reason.threshold(),
        reason == null ? null : reason.sentence(),
        keptId);
  }

  private static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
