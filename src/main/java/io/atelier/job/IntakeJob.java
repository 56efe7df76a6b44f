package io.atelier.job;

import io.atelier.provenance.Ids;
import io.atelier.spark.Fanout;
import io.atelier.spark.Progress;
import io.atelier.store.Locations;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTable;
import io.atelier.table.SubjectRow;
import io.atelier.table.TxnId;
import io.atelier.table.Written;
import io.atelier.worker.PhotoFile;
import io.atelier.worker.RegisterPhotos;
import io.atelier.worker.RegisteredPhoto;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Registers subjects and copies their photos into the lake under the hash of their bytes. */
public final class IntakeJob {
  static final String STAGE = "intake";
  private static final int FILES_A_TASK = 256;

  private IntakeJob() {}

  /** Registers what is new in a folder {@code photos/<subject>/*}. */
  public static StageResult run(JobContext context, URI photos) {
    return StageRun.run(
        context,
        STAGE,
        "Register the photos of " + Locations.text(photos),
        List.of(SubjectRow.TABLE, AssetRow.TABLE),
        () -> intake(context, photos));
  }

  private static StageResult intake(JobContext context, URI photos) {
    PhotoFolder folder = PhotoFolder.list(context.store(), photos);
    List<SubjectRow> known = context.tables().subjects().rows();
    Set<String> names = new TreeSet<>(folder.subjects().keySet());
    SubjectsFile details =
        SubjectsFile.read(context.store(), photos, names, Subjects.people(known));
    names.addAll(details.names());
    List<SubjectRow> subjects = Subjects.rows(context, known, names, details);
    Written registered =
        context.tables().subjects().upsertChanged(subjects, context.txn(STAGE, "subjects"));
    folder
        .stray()
        .forEach(
            file -> context.say(STAGE + ": " + file + " lies in no subject's folder; left alone"));
    List<PhotoFile> files = files(folder);
    Written assets = register(context, files);
    return result(folder, files, registered, assets);
  }

  private static List<PhotoFile> files(PhotoFolder folder) {
    List<PhotoFile> files = new ArrayList<>();
    folder
        .subjects()
        .forEach(
            (name, entries) ->
                entries.forEach(
                    entry ->
                        files.add(new PhotoFile(Ids.subject(name), entry.source(), entry.uri()))));
    return files;
  }

  private static Written register(JobContext context, List<PhotoFile> files) {
    if (files.isEmpty()) {
      return Written.NOTHING;
    }
    int tasks =
        Math.min(files.size(), Math.max(context.parallelism(), files.size() / FILES_A_TASK));
    Instant now = context.now();
    String runId = context.runId();
    try (Progress progress = context.progress("Registering", "files", files.size())) {
      return insert(
          context,
          Fanout.partitions(context.spark(), files, tasks)
              .mapPartitions(new RegisterPhotos(context.task(progress)))
              .map(photo -> row(photo, now, runId)),
          UnaryOperator.identity());
    }
  }

  /**
   * Commits new rows of {@code assets}, portion by portion.
   *
   * @param tidy what is done to a portion before
   */
  static Written insert(
      JobContext context, JavaRDD<AssetRow> rows, UnaryOperator<Dataset<Row>> tidy) {
    LakeTable<AssetRow> assets = context.tables().assets();
    AtomicReference<TxnId> txn = new AtomicReference<>(context.txn(STAGE, "assets"));
    AtomicReference<Written> written = new AtomicReference<>(Written.NOTHING);
    PhotoPortions.run(
        context,
        rows,
        some ->
            written.accumulateAndGet(
                assets.insertNew(tidy.apply(assets.dataset(some)), txn.getAndUpdate(TxnId::next)),
                Written::and));
    return written.get();
  }

  static AssetRow row(RegisteredPhoto photo, Instant now, String runId) {
    return new AssetRow(
        photo.inputId(),
        photo.subjectId(),
        photo.assetId(),
        photo.source(),
        photo.member(),
        photo.uri(),
        photo.bytes(),
        photo.mediaType(),
        photo.caption(),
        photo.label(),
        photo.modified(),
        photo.reason() == null ? "REGISTERED" : "UNREADABLE",
        photo.reason(),
        now,
        runId);
  }

  private static StageResult result(
      PhotoFolder folder, List<PhotoFile> files, Written subjects, Written assets) {
    return new StageResult(
        STAGE,
        Map.of("subjects", subjects.rows(), "assets", assets.rows()),
        Map.of("total", (long) files.size(), "stray", (long) folder.stray().size()),
        "%d subjects with %d files; %d files are new"
            .formatted(folder.subjects().size(), files.size(), assets.inserted()));
  }
}
