package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.atelier.config.Settings;
import io.atelier.image.Metric;
import io.atelier.image.Preparation;
import io.atelier.job.CurateModel.Kind;
import io.atelier.provenance.Hashes;
import io.atelier.spark.Progress;
import io.atelier.store.Locations;
import io.atelier.table.LakeTable;
import io.atelier.table.PredictionRow;
import io.atelier.table.TxnId;
import io.atelier.worker.DjlPredictor;
import io.atelier.worker.PreparePictures;
import io.atelier.worker.StoredPhoto;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What configured models say of measured contents, in the table {@code predictions}; what is there
 * is not computed again, and a run that is killed has to compute the last of the {@link
 * PhotoPortions} again. Models run in tasks with a GPU each where there are GPUs, measuring on all
 * cores, so models read the pictures themselves: once for all models that look at pixels. Models
 * that look at the embedding read no picture.
 */
final class Predictions {
  private static final String STEP = "curate-models";
  private static final int VARIANT_DIGITS = 16;

  private final JobContext context;
  private final CurateModels models;
  private final LakeTable<PredictionRow> table;
  private TxnId txn;

  private Predictions(JobContext context, CurateModels models) {
    this.context = context;
    this.models = models;
    this.table = context.tables().predictions();
    this.txn = context.txn(CurateJob.STAGE, "predictions");
  }

  /** Computes what is missing; returns how many rows that made. */
  static long complete(JobContext context, CurateRules rules) {
    return rules.models().byKind().isEmpty()
        ? 0
        : new Predictions(context, rules.models()).complete(rules);
  }

  /** Measurements with the columns {@code aesthetic} and {@code unsafe}. */
  static Dataset<Row> beside(JobContext context, CurateModels models, Dataset<Row> measurements) {
    Dataset<Row> rows = measurements;
    for (Metric metric : List.of(Metric.AESTHETIC, Metric.UNSAFE)) {
      Optional<CurateModel> model = models.find(Kind.valueOf(metric.name()));
      rows =
          model.isEmpty()
              ? rows.withColumn(metric.column(), lit(null).cast("double"))
              : rows.join(
                  done(context.tables().predictions(), model.get())
                      .select(col("asset_id"), col("score").as(metric.column())),
                  new String[] {"asset_id"},
                  "left");
    }
    return rows;
  }

  /** {@code asset_id} and {@code embedding}. */
  static Dataset<Row> embeddings(JobContext context, CurateModels models) {
    return done(context.tables().predictions(), models.byKind().get(Kind.EMBEDDING))
        .select("asset_id", "embedding");
  }

  private static Dataset<Row> done(LakeTable<PredictionRow> table, CurateModel model) {
    return table.read().where(col("model").equalTo(model.version())).where("status = 'DONE'");
  }

  private long complete(CurateRules rules) {
    Map<CurateModel, Preparation> looking = new LinkedHashMap<>();
    List<CurateModel> heads = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      models
          .find(kind)
          .ifPresent(
              model ->
                  model
                      .pixels(context.store())
                      .ifPresentOrElse(
                          pixels -> looking.put(model, pixels), () -> heads.add(model)));
    }
    try (Unprocessed measured =
        Unprocessed.of(context, STEP, variant(rules), context.tables().measurements())) {
      long rows = look(located(contents(rules, measured)), looking);
      for (CurateModel head : heads) {
        rows += rate(head);
      }
      Unprocessed.done(context, STEP, measured);
      return rows;
    }
  }

  /** The predictions are the same as long as this is, but for what is measured. */
  private String variant(CurateRules rules) {
    return Hashes.ofFields(
            rules.measurers(), models.byKind().values().stream().map(CurateModel::version).toList())
        .substring(0, VARIANT_DIGITS);
  }

  /** The {@code asset_id} of measured contents: of those that came since, or failed. */
  private Dataset<Row> contents(CurateRules rules, Unprocessed measured) {
    Dataset<Row> rows =
        measured.all()
            ? Measurements.read(context, rules)
            : Measurements.of(
                context,
                rules,
                measured
                    .rows()
                    .select("asset_id")
                    .unionByName(table.read().where("status = 'FAILED'").select("asset_id")));
    // A commit to a table has Spark read again whatever is cached of it.
    return Leaders.persist(rows.where("status = 'MEASURED'").select("asset_id"));
  }

  private Dataset<Row> located(Dataset<Row> contents) {
    Dataset<Row> assets = context.tables().assets().read().where(col("uri").isNotNull());
    return Joins.with(assets, contents, "asset_id")
        .select("asset_id", "uri")
        .dropDuplicates("asset_id");
  }

  private Dataset<Row> missing(Dataset<Row> contents, CurateModel model) {
    return Joins.without(contents, done(table, model), "asset_id");
  }

  private long look(Dataset<Row> photos, Map<CurateModel, Preparation> looking) {
    Dataset<Row> pending = photos.limit(0);
    List<CurateModel> needed = new ArrayList<>();
    for (CurateModel model : looking.keySet()) {
      Dataset<Row> missing = missing(photos, model);
      if (!missing.isEmpty()) {
        needed.add(model);
        pending = pending.unionByName(missing);
      }
    }
    if (needed.isEmpty()) {
      return 0;
    }
    Dataset<Row> pictures =
        pending.dropDuplicates("asset_id").persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return look(pictures, needed, needed.stream().map(looking::get).toList());
    } finally {
      pictures.unpersist();
    }
  }

  private long look(Dataset<Row> pictures, List<CurateModel> needed, List<Preparation> pixels) {
    long count = pictures.count();
    try (Progress progress = context.progress("Looking at", "photos", count)) {
      PreparePictures prepare = new PreparePictures(pixels, context.task(progress));
      AtomicLong rows = new AtomicLong();
      PhotoPortions.run(
          context, pictures, count, some -> rows.addAndGet(look(some, prepare, needed)));
      return rows.get();
    }
  }

  private long look(
      JavaRDD<StoredPhoto> photos, PreparePictures prepare, List<CurateModel> needed) {
    Dataset<Row> data =
        context.spark().createDataFrame(photos.mapPartitions(prepare), prepare.schema());
    for (int i = 0; i < needed.size(); i++) {
      CurateModel model = needed.get(i);
      data =
          model.isDescriptor()
              ? data.withColumnRenamed("pixels_" + i, model.kind().name())
              : predictor(model, "pixels_" + i).transform(data);
    }
    return write(data, needed);
  }

  private long rate(CurateModel head) {
    Dataset<Row> embeddings = embeddings(context, models);
    Dataset<Row> data =
        predictor(head, "features")
            .transform(
                missing(embeddings, head)
                    .select(
                        col("asset_id"),
                        lit(null).cast("string").as("reason"),
                        col("embedding").as("features")));
    return write(data, List.of(head));
  }

  private DjlPredictor predictor(CurateModel model, String input) {
    Settings settings = context.settings();
    return new DjlPredictor()
        .setModelUrl(Locations.text(model.file()))
        .setInputCols(input)
        .setOutputCols(model.kind().name())
        .setBatchSize(settings.curate().modelBatch())
        .setDevice(settings.model().device())
        .setThreads(settings.runtime().threads().orElse(0));
  }

  private long write(Dataset<Row> data, List<CurateModel> computed) {
    Map<Kind, String> versions = new EnumMap<>(Kind.class);
    computed.forEach(model -> versions.put(model.kind(), model.version()));
    PredictionRows rows =
        new PredictionRows(versions, models.unsafeClasses(), context.now(), context.runId());
    List<String> columns = new ArrayList<>(List.of("reason"));
    computed.forEach(model -> columns.add(model.kind().name()));
    JavaRDD<Row> computedRows = data.select("asset_id", columns.toArray(String[]::new)).toJavaRDD();
    long written =
        table.replaceFailed(table.dataset(context.onGpus(computedRows).flatMap(rows)), txn).rows();
    txn = txn.next();
    return written;
  }
}
