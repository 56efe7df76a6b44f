package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.report.LossPoint;
import io.atelier.testing.TestSession;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class LossCurvesIT {

  @Test
  void ofMillionsOfStepsOnlyWhatAChartShowsComesToTheDriver() {
    int adapters = 300;
    int length = 10_000;
    Dataset<Row> steps =
        TestSession.get()
            .range((long) adapters * length)
            .select(
                concat(lit("a"), col("id").divide(length).cast("int")).as("training"),
                col("id").mod(length).plus(1).cast("int").as("step"))
            .withColumn("loss", lit(1.0).divide(col("step")));

    Map<String, List<LossPoint>> curves = LossCurves.read(steps, 240);

    assertThat(curves).hasSize(adapters);
    double mean = IntStream.rangeClosed(1, length).mapToDouble(step -> 1.0 / step).sum() / length;
    curves
        .values()
        .forEach(
            curve -> {
              assertThat(curve).hasSize(240);
              assertThat(curve.get(0)).isEqualTo(new LossPoint(1, 1, 1));
              assertThat(curve.get(239).step()).isEqualTo(length);
              assertThat(curve.get(239).loss()).isEqualTo(1.0 / length);
              assertEven(curve, length / 239.0);
              assertThat(meanOverAllSteps(curve)).isCloseTo(mean, within(1e-12));
            });
  }

  private static void assertEven(List<LossPoint> curve, double width) {
    for (int i = 1; i < curve.size(); i++) {
      double gap = curve.get(i).step() - (double) curve.get(i - 1).step();
      assertThat(gap).isCloseTo(width, within(1.0));
      assertThat(curve.get(i).loss()).isEqualTo(1.0 / curve.get(i).step());
    }
  }

  private static double meanOverAllSteps(List<LossPoint> curve) {
    double sum = 0;
    int before = 0;
    for (LossPoint point : curve) {
      sum += point.mean() * (point.step() - before);
      before = point.step();
    }
    return sum / before;
  }

  @Test
  void aShortTrainingKeepsEveryStepAndEachTrainingItsOwnLength() {
    Dataset<Row> steps = training("one", 1).union(training("few", 7)).union(training("many", 90));

    Map<String, List<LossPoint>> curves = LossCurves.read(steps, 7);

    assertThat(curves.get("one")).containsExactly(new LossPoint(1, 0.5, 0.5));
    assertThat(curves.get("few")).extracting(LossPoint::step).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(curves.get("few")).allSatisfy(p -> assertThat(p.mean()).isEqualTo(p.loss()));
    assertThat(curves.get("many")).hasSize(7);
    assertThat(curves.get("many").get(6).step()).isEqualTo(90);
  }

  @Test
  void aLossThatIsNoNumberStaysOne() {
    Dataset<Row> steps = training("a", 3).withColumn("loss", lit(Double.NaN));
    assertThat(LossCurves.read(steps, 240).get("a"))
        .hasSize(3)
        .allSatisfy(point -> assertThat(point.loss()).isNaN());
  }

  private static Dataset<Row> training(String adapterId, int length) {
    return TestSession.get()
        .range(1, length + 1L)
        .select(
            lit(adapterId).as("training"),
            col("id").cast("int").as("step"),
            col("id").divide(2).as("loss"));
  }
}
