package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.table.LakeTable;
import io.atelier.table.RunRow;
import io.atelier.table.TxnId;
import io.atelier.table.VerdictRow;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Compares the accepted images of two moments; reads only. */
public final class DiffJob {
  private final JobContext context;
  private final LakeTable<VerdictRow> verdicts;

  private DiffJob(JobContext context) {
    this.context = context;
    this.verdicts = context.tables().verdicts();
  }

  /**
   * Compares.
   *
   * @param from a run's id, a version of the table {@code verdicts}, or {@code VERSION@RULES}
   * @param to the same; of a run, what was accepted when it was over; of a version, what the rules
   *     of its newest verdicts accept, or those that are named
   * @param limit most changes that are listed
   * @throws AtelierException NOT_FOUND if there is no such moment
   */
  public static Diff run(JobContext context, String from, String to, int limit) {
    if (!context.tables().exists(VerdictRow.TABLE)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "The lake has no verdicts to compare. Run intake and curate first, or check --lake.");
    }
    DiffJob job = new DiffJob(context);
    return job.compare(job.moment(from), job.moment(to), limit);
  }

  private Diff compare(Diff.Moment from, Diff.Moment to, int limit) {
    Dataset<Row> both = both(from, to).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Row totals =
          both.agg(
                  sum(when(col("before").and(col("after")), 1).otherwise(0)),
                  sum(when(col("before"), 0).otherwise(when(col("after"), 1).otherwise(0))),
                  sum(when(col("before"), when(col("after"), 0).otherwise(1)).otherwise(0)))
              .head();
      Dataset<Row> changed = both.where(col("before").notEqual(col("after")));
      return new Diff(
          from,
          to,
          number(totals, 0),
          number(totals, 1),
          number(totals, 2),
          rules(changed),
          changes(changed, limit));
    } finally {
      both.unpersist();
    }
  }

  private static long number(Row row, int column) {
    return row.isNullAt(column) ? 0 : row.getLong(column);
  }

  /** A row an input, with what decides it: the refusal of the moment at which it is refused. */
  private Dataset<Row> both(Diff.Moment from, Diff.Moment to) {
    Dataset<Row> joined =
        state(from, "f").join(state(to, "t"), new String[] {"input_id"}, "full_outer");
    Column before = coalesce(col("f_accepted"), lit(false));
    Column after = coalesce(col("t_accepted"), lit(false));
    Column reasons = when(before, col("t_reasons")).otherwise(col("f_reasons"));
    Column missing = when(before, lit(Diff.GONE)).otherwise(lit(Diff.NEW));
    return joined.select(
        col("input_id"),
        before.as("before"),
        after.as("after"),
        when(reasons.isNull(), array(missing)).otherwise(reasons.getField("code")).as("rules"),
        reasons.getField("sentence").as("sentences"));
  }

  private Dataset<Row> state(Diff.Moment moment, String side) {
    return verdicts
        .read(moment.version())
        .where(col("rules_version").equalTo(moment.rules()))
        .select(
            col("input_id"),
            col("decision").equalTo("ACCEPT").as(side + "_accepted"),
            col("reasons").as(side + "_reasons"));
  }

  private static List<Diff.RuleCount> rules(Dataset<Row> changed) {
    return changed
        .select(col("after"), explode(col("rules")).as("rule"))
        .groupBy("after", "rule")
        .agg(count(lit(1)).as("images"))
        .orderBy(col("after").desc(), col("images").desc(), col("rule"))
        .collectAsList()
        .stream()
        .map(row -> new Diff.RuleCount(row.getBoolean(0), row.getString(1), row.getLong(2)))
        .toList();
  }

  private List<Diff.Change> changes(Dataset<Row> changed, int limit) {
    Dataset<Row> assets =
        context
            .tables()
            .assets()
            .read()
            .select(
                col("input_id"),
                col("subject_id"),
                concat_ws("!", col("source"), col("member")).as("place"));
    Dataset<Row> subjects = context.tables().subjects().read().select("subject_id", "name");
    return changed
        .orderBy(col("after").desc(), col("input_id"))
        .limit(limit)
        .join(assets, new String[] {"input_id"}, "left")
        .join(subjects, new String[] {"subject_id"}, "left")
        .select("after", "input_id", "name", "place", "rules", "sentences")
        .orderBy(col("after").desc(), col("name"), col("place"), col("input_id"))
        .collectAsList()
        .stream()
        .map(DiffJob::change)
        .toList();
  }

  private static Diff.Change change(Row row) {
    return new Diff.Change(
        row.getBoolean(0),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getList(4),
        row.isNullAt(5) ? List.of() : row.getList(5));
  }

  private Diff.Moment moment(String text) {
    String[] parts = text.split("@", 2);
    if (!parts[0].matches("\\d{1,18}")) {
      return ofRun(text);
    }
    long version = Long.parseLong(parts[0]);
    if (version > verdicts.version()) {
      throw notFound("no version " + version + "; the newest is " + verdicts.version());
    }
    Dataset<Row> rows = read(version);
    if (parts.length == 1) {
      return new Diff.Moment(version, newestRules(version, rows));
    }
    if (rows.where(col("rules_version").equalTo(parts[1])).isEmpty()) {
      throw notFound("no verdict by the rules '%s' in version %d".formatted(parts[1], version));
    }
    return new Diff.Moment(version, parts[1]);
  }

  private Dataset<Row> read(long version) {
    return verdicts.read(version).select("rules_version", "run_id", "created_at");
  }

  private Diff.Moment ofRun(String runId) {
    Dataset<Row> rows =
        context
            .tables()
            .runs()
            .read()
            .where(col("run_id").equalTo(runId).and(col("stage").equalTo(CurateJob.STAGE)));
    RunRow run =
        context.tables().runs().rows(rows).stream()
            .findFirst()
            .orElseThrow(() -> notFound("no run '" + runId + "' that curated"));
    OptionalLong made = verdicts.versionOf(TxnId.of(CurateJob.STAGE, "verdicts", runId));
    long version = made.orElse(run.inputs().getOrDefault(VerdictRow.TABLE.name(), 0L));
    if (run.rulesVersion() != null) {
      return new Diff.Moment(version, run.rulesVersion());
    }
    Dataset<Row> own = read(version).where(col("run_id").equalTo(runId));
    return new Diff.Moment(version, newestRules(version, made.isPresent() ? own : read(version)));
  }

  private static String newestRules(long version, Dataset<Row> rows) {
    List<Row> newest =
        rows.orderBy(col("created_at").desc(), col("rules_version")).limit(1).collectAsList();
    if (newest.isEmpty()) {
      throw notFound("no verdict in version " + version);
    }
    return newest.get(0).getString(0);
  }

  private static AtelierException notFound(String problem) {
    return new AtelierException(
        ErrorCode.NOT_FOUND,
        "There is "
            + problem
            + ". Give the id of a run of curate (column run_id of the table runs), a version of the"
            + " table verdicts, or VERSION@RULES.");
  }
}
