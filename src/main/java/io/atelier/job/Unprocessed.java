package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.table.LakeTable;
import io.atelier.table.ProcessedRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of a table that a stage has not dealt with yet, by Delta's change data feed: those that
 * came after the version up to which it has its results. All rows where that is not known, or where
 * the feed does not reach back so far; the stage leaves out what it has, so the feed saves time and
 * decides nothing.
 */
final class Unprocessed implements AutoCloseable {
  private final JobContext context;
  private final LakeTable<?> source;
  private final ProcessedRow last;
  private final ProcessedRow now;
  private final Dataset<Row> changes;
  private final boolean none;

  private Unprocessed(
      JobContext context, LakeTable<?> source, ProcessedRow last, ProcessedRow now) {
    this.context = context;
    this.source = source;
    this.last = last;
    this.now = now;
    this.changes = last == null ? null : changes();
    this.none = changes != null && changes.isEmpty();
  }

  /**
   * What a stage has to look at.
   *
   * @param variant what the stage's results depend on besides the table
   * @param source a table with a change feed
   */
  static Unprocessed of(JobContext context, String stage, String variant, LakeTable<?> source) {
    LakeTable<ProcessedRow> processed = context.tables().processed();
    String name = source.spec().name();
    Optional<ProcessedRow> last =
        processed
            .rows(
                processed
                    .read()
                    .where(col("stage").equalTo(stage))
                    .where(col("variant").equalTo(variant))
                    .where(col("source").equalTo(name)))
            .stream()
            .findFirst();
    Instant time = context.now();
    ProcessedRow now =
        new ProcessedRow(
            stage,
            variant,
            name,
            source.id(),
            source.version(),
            last.map(ProcessedRow::createdAt).orElse(time),
            time,
            context.runId());
    return new Unprocessed(context, source, last.orElse(null), now);
  }

  /** Null, with a line for a person, if the feed does not have them. */
  private Dataset<Row> changes() {
    if (!last.tableId().equals(now.tableId()) || last.version() > now.version()) {
      return unknown("the table was made anew");
    }
    Dataset<Row> rows = null;
    try {
      rows =
          source
              .changes(last.version(), now.version())
              .dropDuplicates(source.spec().key().toArray(String[]::new))
              .persist(StorageLevel.MEMORY_AND_DISK());
      rows.count();
      return rows;
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      if (rows != null) {
        rows.unpersist();
      }
      return unknown("Delta has cleaned them up or never kept them");
    }
  }

  private Dataset<Row> unknown(String why) {
    context.say(
        "%s: the changes of table '%s' since version %d cannot be read (%s); all its rows are compared instead"
            .formatted(now.stage(), now.source(), last.version(), why));
    return null;
  }

  /** Whether there are no such rows. */
  boolean none() {
    return none;
  }

  /** Whether these are all rows of the table. */
  boolean all() {
    return changes == null;
  }

  /**
   * The rows, of which only the key is to be relied on: one that changed several times is there
   * once, in any one of its states.
   */
  Dataset<Row> rows() {
    return all() ? source.read(now.version()) : changes;
  }

  /** Keeps that all these rows have their results by now. */
  static void done(JobContext context, String stage, Unprocessed... read) {
    List<ProcessedRow> further =
        Arrays.stream(read).filter(Unprocessed::isFurther).map(rows -> rows.now).toList();
    context.tables().processed().upsertChanged(further, context.txn(stage, "processed"));
  }

  private boolean isFurther() {
    return all() || last.version() < now.version();
  }

  @Override
  public void close() {
    if (changes != null) {
      changes.unpersist();
    }
  }
}
