package io.atelier.table;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;

/** The tables of one lake; each is opened, and if need be created, when first asked for. */
public final class LakeTables {
  private static final List<TableSpec<? extends Record>> ALL =
      List.of(
          SubjectRow.TABLE,
          AssetRow.TABLE,
          MeasurementRow.TABLE,
          PredictionRow.TABLE,
          VerdictRow.TABLE,
          SubjectVerdictRow.TABLE,
          DescriptionRow.TABLE,
          CaptionRow.TABLE,
          PriorRow.TABLE,
          AdapterRow.TABLE,
          TrainingStepRow.TABLE,
          RequestRow.TABLE,
          GenerationRow.TABLE,
          LikenessRow.TABLE,
          ProcessedRow.TABLE,
          RunRow.TABLE);

  private final SparkSession spark;
  private final String root;
  private final Map<String, LakeTable<?>> opened = new ConcurrentHashMap<>();

  /**
   * The tables under a folder.
   *
   * @param root the lake's {@code tables} folder, as Hadoop writes paths (not percent-encoded)
   */
  public LakeTables(SparkSession spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  /** What every table is, in the order of the stages. */
  public static List<TableSpec<? extends Record>> all() {
    return ALL;
  }

  /** Whether the table is there; asking creates nothing. */
  public boolean exists(TableSpec<?> spec) {
    return LakeTable.exists(spark, root, spec);
  }

  /** Opens or creates one table. */
  @SuppressWarnings("unchecked")
  public <R extends Record> LakeTable<R> table(TableSpec<R> spec) {
    return (LakeTable<R>)
        opened.computeIfAbsent(spec.name(), name -> LakeTable.open(spark, root, spec));
  }

  /** People, products and styles. */
  public LakeTable<SubjectRow> subjects() {
    return table(SubjectRow.TABLE);
  }

  /** Files that came in. */
  public LakeTable<AssetRow> assets() {
    return table(AssetRow.TABLE);
  }

  /** What was measured of files. */
  public LakeTable<MeasurementRow> measurements() {
    return table(MeasurementRow.TABLE);
  }

  /** What models say of pictures, in numbers. */
  public LakeTable<PredictionRow> predictions() {
    return table(PredictionRow.TABLE);
  }

  /** Decisions on files. */
  public LakeTable<VerdictRow> verdicts() {
    return table(VerdictRow.TABLE);
  }

  /** Decisions on subjects. */
  public LakeTable<SubjectVerdictRow> subjectVerdicts() {
    return table(SubjectVerdictRow.TABLE);
  }

  /** Answers of models about pictures. */
  public LakeTable<DescriptionRow> descriptions() {
    return table(DescriptionRow.TABLE);
  }

  /** Descriptions of accepted images. */
  public LakeTable<CaptionRow> captions() {
    return table(CaptionRow.TABLE);
  }

  /** Class samples. */
  public LakeTable<PriorRow> priors() {
    return table(PriorRow.TABLE);
  }

  /** Trainings. */
  public LakeTable<AdapterRow> adapters() {
    return table(AdapterRow.TABLE);
  }

  /** Steps of trainings. */
  public LakeTable<TrainingStepRow> trainingSteps() {
    return table(TrainingStepRow.TABLE);
  }

  /** Images to make. */
  public LakeTable<RequestRow> requests() {
    return table(RequestRow.TABLE);
  }

  /** Images made. */
  public LakeTable<GenerationRow> generations() {
    return table(GenerationRow.TABLE);
  }

  /** How like the person pictures are. */
  public LakeTable<LikenessRow> likenesses() {
    return table(LikenessRow.TABLE);
  }

  /** How far stages have come with the tables they read. */
  public LakeTable<ProcessedRow> processed() {
    return table(ProcessedRow.TABLE);
  }

  /** Runs of stages. */
  public LakeTable<RunRow> runs() {
    return table(RunRow.TABLE);
  }
}
