package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.atelier.testing.GpuPlans;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of curation's plans run on GPUs, and that none falls back to the CPU unnoticed. */
class GpuPlansIT {
  private static final String RULES =
      """
      name: varied
      rules:
        - {code: NEAR_DUPLICATE, metric: hash_distance, comparison: below, threshold: 5,
           severity: reject, sentence: "Distance {value}, at least {threshold}."}
        - {code: SEMANTIC_DUPLICATE, metric: semantic_cosine, comparison: above, threshold: 0.99,
           severity: reject, sentence: "Likeness {value}, at most {threshold}."}
        - {code: OVER_REPRESENTED, metric: cluster_rank, comparison: above, threshold: 3,
           severity: reject, sentence: "Number {value}, {threshold} are kept."}
      """;

  private static final String UNSUPPORTED = ": GPU does not currently support the operator class";

  /** What concerns no rows worth speaking of, or belongs to Delta. */
  private static final List<String> ALWAYS =
      List.of(
          // Delta looks for a table's files in its log.
          "Expression <ScalaUDF>: neither UDF implemented by class org.apache.spark.sql.delta.stats.",
          " <RDDScanExec>" + UNSUPPORTED,
          // Rows that the driver brought along.
          " <LocalTableScanExec>" + UNSUPPORTED);

  /** Rows that Leaders keeps: they are read on the CPU. */
  private static final List<String> KEPT =
      List.of(
          " <RDDScanExec>: not all expressions can be replaced; GPU does not currently support",
          " <HashPartitioning>" + UNSUPPORTED,
          // take() and isEmpty(): RAPIDS finds that not worth while.
          "Exec <CollectLimitExec>: the Exec CollectLimitExec has been disabled");

  private static final List<String> WORKED_ON_BY_JAVA =
      List.of(
          // Photos are decoded and judged one by one, embeddings are clustered by MLlib.
          " <CreateExternalRow>" + UNSUPPORTED,
          " <LambdaVariable>" + UNSUPPORTED,
          " <MapObjects>" + UNSUPPORTED,
          "Expression <AttributeReference>: expression AttributeReference obj produces",
          "Expression <If>: falseValue expression CreateExternalRow",
          "Expression <Invoke>: Unsupported invoke expr",
          "Expression <Literal>: expression Literal null produces an unsupported type ObjectType",
          "Expression <StaticInvoke>: StaticInvoke is not supported",
          // spark-defaults-rapids.conf sets it; without the plugin there is no such class.
          "Exec <InMemoryTableScanExec>: ParquetCachedBatchSerializer is not being used",
          "Exec <ShuffleExchangeExec>: Columnar exchange without columnar children is inefficient",
          // Stands for another part of the plan that is looked at by itself.
          " <ReusedSubqueryExec>" + UNSUPPORTED);

  @TempDir Path folder;
  private final SparkSession spark = TestSession.get();

  @BeforeAll
  static void needsTheJar() {
    assumeTrue(
        GpuPlans.canExplain(),
        "there is no jar of RAPIDS; README.md says how to run this test: -Pspark-4 and -Drapids.jar");
  }

  @Test
  void nothingOfThePairingOfNearDuplicatesFallsBack() throws Exception {
    String table = folder.resolve("photos").toString();
    photos().write().format("delta").save(table);
    try (GpuPlans plans = new GpuPlans(spark)) {
      NearCopies.find(spark.read().format("delta").load(table), 4, 0).collectAsList();
      assertFallbacks(plans.explained(), KEPT);
      assertThat(GpuPlans.onGpu(plans.explained()))
          .contains("FileSourceScanExec", "GenerateExec", "HashAggregateExec", "FilterExec")
          .contains("BroadcastHashJoinExec");
    }
  }

  @Test
  void ofCurationOnlyWhatJavaWorksOnFallsBackAndOfItsReportNothing() throws Exception {
    SmallRun small = new SmallRun(folder).person("ana", 0, 4).person("ben", 1, 4);
    SmallRun.write(folder.resolve("varied.yaml"), RULES);
    JobContext context = small.context("curate.rules=" + folder.resolve("varied.yaml"));
    IntakeJob.run(context, small.photosUri());
    try (GpuPlans plans = new GpuPlans(spark)) {
      CurateJob.run(context);
      assertFallbacks(plans.explained(), KEPT, WORKED_ON_BY_JAVA);
      assertThat(GpuPlans.onGpu(plans.explained()))
          .contains("FileSourceScanExec", "SortMergeJoinExec", "WindowExec", "HashAggregateExec");
    }
    try (GpuPlans plans = new GpuPlans(spark)) {
      new CurationData(context, CurateRules.of(context)).read("test", context.now());
      assertFallbacks(plans.explained());
      assertThat(GpuPlans.onGpu(plans.explained()))
          .contains("FileSourceScanExec", "HashAggregateExec", "TakeOrderedAndProjectExec");
    }
  }

  private Dataset<Row> photos() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      rows.add(RowFactory.create("id-" + i, (long) (i % 2), random.nextLong(), i, true));
    }
    return spark
        .createDataFrame(
            rows, StructType.fromDDL("id string, group bigint, hash bigint, size int, new boolean"))
        .selectExpr(
            "id",
            "group",
            "hash",
            "struct(new as _new, -size as _pixels, 0 as _sharpness, 0 as _bytes, id as input_id)"
                + " as rank");
  }

  /** Every fallback is a known one, and every known one is there but for those of all plans. */
  @SafeVarargs
  private static void assertFallbacks(List<String> explained, List<String>... known) {
    List<String> expected = Stream.of(known).flatMap(List::stream).toList();
    SortedSet<String> found = GpuPlans.fallbacks(explained);
    assertThat(found)
        .allMatch(
            line -> Stream.concat(ALWAYS.stream(), expected.stream()).anyMatch(line::startsWith));
    assertThat(expected)
        .allMatch(prefix -> found.stream().anyMatch(line -> line.startsWith(prefix)));
  }
}
