package io.atelier.job;

import io.atelier.spark.Progress;
import io.atelier.table.LakeTable;
import io.atelier.table.MeasurementRow;
import io.atelier.table.TxnId;
import io.atelier.worker.MeasurePhotos;
import io.atelier.worker.StoredPhoto;
import java.time.Instant;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Decodes and measures contents, each once. Measurements are committed in {@link PhotoPortions}: a
 * run that is killed has to make those of the last minutes again, and no others.
 */
final class Measuring {
  private final JobContext context;
  private final CurateRules rules;
  private TxnId txn;

  private Measuring(JobContext context, CurateRules rules) {
    this.context = context;
    this.rules = rules;
    this.txn = context.txn(CurateJob.STAGE, "measurements");
  }

  /**
   * Measures what has no measurements.
   *
   * @return how many contents
   */
  static long run(JobContext context, CurateRules rules, Unprocessed assets) {
    Dataset<Row> pending =
        Measurements.missing(context, rules, assets).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long files = pending.count();
      if (files > 0) {
        new Measuring(context, rules).measure(pending, files);
      }
      return files;
    } finally {
      pending.unpersist();
    }
  }

  private void measure(Dataset<Row> pending, long files) {
    rules.spec().check(context.store());
    try (Progress progress = context.progress("Measuring", "photos", files)) {
      MeasurePhotos measure = new MeasurePhotos(rules.spec(), context.task(progress));
      PhotoPortions.run(context, pending, files, some -> commit(some, measure));
    }
  }

  private void commit(JavaRDD<StoredPhoto> photos, MeasurePhotos measure) {
    LakeTable<MeasurementRow> table = context.tables().measurements();
    String measurer = rules.measurer();
    String runId = context.runId();
    Instant now = context.now();
    JavaRDD<MeasurementRow> rows =
        photos.mapPartitions(measure).map(photo -> Measurements.row(photo, measurer, now, runId));
    table.replaceFailed(table.dataset(rows), txn);
    txn = txn.next();
  }
}
