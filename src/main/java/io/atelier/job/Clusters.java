package io.atelier.job;

import static org.apache.spark.sql.functions.lit;

import dev.ludovic.netlib.lapack.LAPACK;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.clustering.KMeans;
import org.apache.spark.mllib.clustering.KMeansModel;
import org.apache.spark.mllib.linalg.Matrix;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.RowMatrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.netlib.util.intW;
import scala.Tuple2;

/**
 * Clusters of vectors by MLlib's k-means over their principal components, the same whatever the
 * order and the partitioning of the rows. For that, every number that is summed over rows is
 * rounded to a multiple of 1/4096: such sums, and those of products, are exact in doubles whatever
 * their order. First centres are drawn by k-means++ with a fixed seed among the rows with the
 * smallest ids, which are hashes, hence a random sample.
 */
final class Clusters {
  private static final double GRID = 4096;
  private static final int COMPONENTS = 64;
  private static final int ITERATIONS = 20;
  private static final int SAMPLE = 10_000;
  private static final long SEED = 42;

  private static final StructType PLACED =
      new StructType().add("id", DataTypes.StringType).add("cluster", DataTypes.IntegerType);

  private Clusters() {}

  /**
   * The cluster of every row: {@code id} and {@code cluster}, from 0.
   *
   * @param points {@code id}, a hash, and {@code embedding}, array&lt;float&gt; of length 1
   * @param k clusters; there are fewer where fewer points differ
   */
  static Dataset<Row> place(Dataset<Row> points, int k) {
    if (k == 1) {
      return points.select("id").withColumn("cluster", lit(0));
    }
    JavaPairRDD<String, Vector> vectors =
        points
            .select("id", "embedding")
            .toJavaRDD()
            .mapToPair(row -> new Tuple2<>(row.getString(0), vector(row.getList(1))));
    vectors.persist(StorageLevel.MEMORY_AND_DISK());
    Projection projection = projection(vectors.values());
    JavaPairRDD<String, Vector> reduced =
        vectors.mapValues(projection::of).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      KMeansModel model = model(reduced, k);
      JavaRDD<Row> placed =
          reduced.map(point -> RowFactory.create(point._1(), model.predict(point._2())));
      return Leaders.persist(points.sparkSession().createDataFrame(placed, PLACED));
    } finally {
      reduced.unpersist();
      vectors.unpersist();
    }
  }

  private static KMeansModel model(JavaPairRDD<String, Vector> points, int k) {
    List<Vector> sample =
        points.takeOrdered(Math.max(2 * k, SAMPLE), new ById()).stream().map(Tuple2::_2).toList();
    List<Vector> centres = firstCentres(sample, k);
    return new KMeans()
        .setK(centres.size())
        .setInitialModel(new KMeansModel(centres))
        .setMaxIterations(ITERATIONS)
        .run(points.values().rdd());
  }

  private static final class ById implements Comparator<Tuple2<String, Vector>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<String, Vector> one, Tuple2<String, Vector> other) {
      return one._1().compareTo(other._1());
    }
  }

  /**
   * Greedy k-means++ (Arthur and Vassilvitskii 2007): each next one far from those before, of a few
   * draws the one that leaves the least distance.
   */
  private static List<Vector> firstCentres(List<Vector> sample, int k) {
    SplittableRandom random = new SplittableRandom(SEED);
    int draws = 2 + (int) Math.log(k);
    double[] distances = new double[sample.size()];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    List<Vector> centres = new ArrayList<>(List.of(sample.get(0)));
    distances = closer(distances, sample, centres.get(0));
    while (centres.size() < k && sum(distances) > 0) {
      Vector best = null;
      double[] left = distances;
      for (int i = 0; i < draws; i++) {
        Vector drawn = sample.get(draw(distances, random));
        double[] then = closer(distances, sample, drawn);
        if (best == null || sum(then) < sum(left)) {
          best = drawn;
          left = then;
        }
      }
      centres.add(best);
      distances = left;
    }
    return centres;
  }

  /** An index, with the probability of its share. */
  private static int draw(double[] shares, SplittableRandom random) {
    double left = random.nextDouble() * sum(shares);
    int drawn = 0;
    for (int i = 0; i < shares.length && left >= 0; i++) {
      left -= shares[i];
      drawn = shares[i] > 0 ? i : drawn;
    }
    return drawn;
  }

  private static double[] closer(double[] distances, List<Vector> sample, Vector centre) {
    double[] closer = new double[distances.length];
    Arrays.setAll(closer, i -> Math.min(distances[i], Vectors.sqdist(sample.get(i), centre)));
    return closer;
  }

  private static double sum(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** Onto the principal components, where vectors are longer than that. */
  private static Projection projection(JavaRDD<Vector> vectors) {
    int size = vectors.first().size();
    if (size <= COMPONENTS) {
      return new Projection(new double[size], new double[0][]);
    }
    // With a 1 at the end the matrix of products holds the sums and the number of rows too.
    Matrix products = new RowMatrix(vectors.map(Clusters::withOne).rdd()).computeGramianMatrix();
    double rows = products.apply(size, size);
    double[] mean = new double[size];
    for (int i = 0; i < size; i++) {
      mean[i] = products.apply(i, size) / rows;
    }
    double[] covariance = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        covariance[i * size + j] = products.apply(i, j) / rows - mean[i] * mean[j];
      }
    }
    return new Projection(mean, mainAxes(covariance, size));
  }

  /** The eigenvectors with the greatest eigenvalues. */
  private static double[][] mainAxes(double[] symmetric, int size) {
    double[] work = new double[8 * size];
    intW info = new intW(0);
    // Eigenvectors take the place of the matrix, one after the other, the least important first.
    LAPACK
        .getInstance()
        .dsyev("V", "U", size, symmetric, size, new double[size], work, work.length, info);
    if (info.val != 0) {
      throw new IllegalStateException("dsyev failed with " + info.val);
    }
    double[][] axes = new double[COMPONENTS][];
    for (int i = 0; i < COMPONENTS; i++) {
      axes[i] = Arrays.copyOfRange(symmetric, (size - 1 - i) * size, (size - i) * size);
    }
    return axes;
  }

  /** Less the mean, along the axes; without axes the vector itself. */
  private record Projection(double[] mean, double[][] axes) implements Serializable {
    Vector of(Vector vector) {
      if (axes.length == 0) {
        return vector;
      }
      double[] along = new double[axes.length];
      for (int i = 0; i < along.length; i++) {
        for (int j = 0; j < mean.length; j++) {
          along[i] += axes[i][j] * (vector.apply(j) - mean[j]);
        }
      }
      return rounded(along);
    }
  }

  private static Vector vector(List<Float> values) {
    return rounded(values.stream().mapToDouble(Float::doubleValue).toArray());
  }

  private static Vector withOne(Vector vector) {
    double[] longer = Arrays.copyOf(vector.toArray(), vector.size() + 1);
    longer[vector.size()] = 1;
    return Vectors.dense(longer);
  }

  private static Vector rounded(double... values) {
    return Vectors.dense(
        Arrays.stream(values).map(value -> Math.rint(value * GRID) / GRID).toArray());
  }
}
