package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.image.Metric;
import io.atelier.image.Rules;
import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Images of a dataset that show what better ones show, and those that too many better ones are
 * like: by the embeddings, inside clusters. The same are kept whatever the order of the input and
 * the partitioning.
 */
final class SemanticCopies {
  private static final long IMAGES_A_CLUSTER = 1000;

  private SemanticCopies() {}

  /** Verdict rows with cluster and cosine; those that the rules refuse are refused. */
  static Dataset<Row> apply(Dataset<Row> verdicts, Dataset<Row> found) {
    Dataset<Row> refused =
        Refusals.regroup(verdicts, found.where("code is not null"), Refusals.NO_BITS);
    Column[] columns =
        Arrays.stream(verdicts.columns())
            .map(name -> isFound(name) ? col("_" + name).as(name) : col(name))
            .toArray(Column[]::new);
    Dataset<Row> places =
        found.select(col("input_id"), col("cluster").as("_cluster"), col("cosine").as("_cosine"));
    return refused.join(places, new String[] {"input_id"}, "left").select(columns);
  }

  private static boolean isFound(String column) {
    return column.equals("cluster") || column.equals("cosine");
  }

  /**
   * What was found of each image: {@link ClusterPass#FOUND}.
   *
   * @param photos as for {@link NearCopies#candidates}, with {@code asset_id}
   * @param embeddings {@code asset_id} and {@code embedding}
   */
  static Dataset<Row> find(
      Dataset<Row> photos, Dataset<Row> embeddings, Rules rules, OptionalInt clusters) {
    Dataset<Row> points =
        Leaders.persist(
            NearCopies.comparable(photos)
                .join(embeddings.select("asset_id", "embedding"), "asset_id")
                .select(
                    col("input_id").as("id"),
                    col("subject_id").as("group"),
                    NearCopies.rank().as("rank"),
                    col("_new").as("is_new"),
                    col("embedding")));
    long count = points.count();
    int k = count == 0 ? 1 : clusters.orElse((int) Math.max(1, count / IMAGES_A_CLUSTER));
    ClusterPass pass =
        new ClusterPass(
            rules.on(Metric.SEMANTIC_COSINE).orElse(null),
            rules.on(Metric.CLUSTER_RANK).orElse(null));
    JavaRDD<Row> found =
        points
            .join(Clusters.place(points, k), "id")
            .repartition(col("group"), col("cluster"))
            .sortWithinPartitions("group", "cluster", "rank")
            .toJavaRDD()
            .mapPartitions(pass);
    return Leaders.persist(points.sparkSession().createDataFrame(found, ClusterPass.FOUND));
  }
}
