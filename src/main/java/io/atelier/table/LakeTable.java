package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.delta.tables.DeltaMergeBuilder;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * One Delta table of the lake, opened: typed read and idempotent write. Writes are MERGEs on the
 * table's key; a write that would change nothing makes no commit. Readers need Delta reader version
 * 1 only.
 *
 * @param <R> the record of one row
 */
public final class LakeTable<R extends Record> {
  private static final String NEW = "_is_new";
  private static final String FAILED = "t.status = 'FAILED'";

  /** Rows of a list that come to the driver and into one task; Spark sends a task 128 MiB. */
  static final int SMALL = 10_000;

  private static final int MOST_TRIES = 8;
  private static final int PAUSE_MILLIS = 250;

  private final SparkSession spark;
  private final String path;
  private final TableSpec<R> spec;

  private LakeTable(SparkSession spark, String path, TableSpec<R> spec) {
    this.spark = spark;
    this.path = path;
    this.spec = spec;
  }

  /**
   * Opens the table under {@code tablesRoot}, creating it if there is none and adding nullable
   * columns that an older version of the program did not know.
   *
   * @param tablesRoot the lake's {@code tables} folder, as Hadoop writes paths (not
   *     percent-encoded)
   * @throws AtelierException BAD_TABLE if the table there has other columns or lacks constraints
   */
  public static <R extends Record> LakeTable<R> open(
      SparkSession spark, String tablesRoot, TableSpec<R> spec) {
    LakeTable<R> table = new LakeTable<>(spark, tablesRoot + "/" + spec.name(), spec);
    if (!DeltaTable.isDeltaTable(spark, table.path)) {
      TableErrors.mapped(spec, table::create);
    }
    TableLog log = table.log();
    SchemaDrift.check(spec, table.path, log);
    SchemaDrift.addMissingColumns(spark, spec, table.path, log);
    SchemaDrift.addChangeFeed(spark, spec, table.path, log);
    return table;
  }

  /** Whether the table exists under {@code tablesRoot}. */
  public static boolean exists(SparkSession spark, String tablesRoot, TableSpec<?> spec) {
    return DeltaTable.isDeltaTable(spark, tablesRoot + "/" + spec.name());
  }

  /** What the table is. */
  public TableSpec<R> spec() {
    return spec;
  }

  /** Where it lies, as Hadoop writes paths. */
  public String path() {
    return path;
  }

  /** All rows of the newest version, columns in the schema's order. */
  public Dataset<Row> read() {
    return columns(spark.read().format("delta").load(path));
  }

  /** All rows of one version. */
  public Dataset<Row> read(long version) {
    return columns(spark.read().format("delta").option("versionAsOf", version).load(path));
  }

  /**
   * The rows that were added or changed after one version and up to another, as they were then; for
   * tables with a change feed. Reading them fails if Delta has cleaned up what they need.
   */
  public Dataset<Row> changes(long after, long upTo) {
    if (after == upTo) {
      return read(upTo).limit(0);
    }
    return columns(
        spark
            .read()
            .format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", after + 1)
            .option("endingVersion", upTo)
            .load(path)
            .where("_change_type IN ('insert', 'update_postimage')"));
  }

  /** The version that a write of this name made; empty if it made none, or long ago. */
  public OptionalLong versionOf(TxnId txn) {
    return delta(spark)
        .history()
        .where(functions.col("userMetadata").startsWith(txn.application() + "#"))
        .select("version")
        .collectAsList()
        .stream()
        .mapToLong(row -> row.getLong(0))
        .max();
  }

  /** All rows of the newest version on the driver, sorted by key. For small tables. */
  public List<R> rows() {
    return rows(read());
  }

  /** The records of rows of this table, on the driver, sorted by key. */
  public List<R> rows(Dataset<Row> rows) {
    Column[] key = spec.key().stream().map(functions::col).toArray(Column[]::new);
    return columns(rows).sort(key).collectAsList().stream().map(spec::fromRow).toList();
  }

  /** A small list of records as rows. */
  public Dataset<Row> dataset(List<R> records) {
    return spark.createDataFrame(records.stream().map(spec::toRow).toList(), spec.schema());
  }

  /** Records made on executors as rows; the table must have no map column. */
  public Dataset<Row> dataset(JavaRDD<R> records) {
    TableSpec<R> rowSpec = spec;
    return spark.createDataFrame(records.map(rowSpec::toRow), spec.schema());
  }

  /** Delta's id of the table; one that was deleted and made anew has another. */
  public String id() {
    return log().id();
  }

  /** The newest version's number; 0 is the empty table. */
  public long version() {
    return log().version();
  }

  /**
   * Adds the rows whose key is not there yet; rows that are there stay as they are. The rows are
   * computed once.
   *
   * @throws AtelierException BAD_TABLE if rows break a constraint or share a key (nothing is
   *     written), TABLE_CONFLICT if other writers were faster eight times in a row
   */
  public Written insertNew(Dataset<Row> rows, TxnId txn) {
    return merge(rows, txn, null, List.of());
  }

  /** The same for a small list of records. */
  public Written insertNew(List<R> records, TxnId txn) {
    return merge(records, txn, null, List.of());
  }

  /**
   * Like {@link #insertNew(Dataset, TxnId)}, and a row with status FAILED gives way to the new one.
   */
  public Written replaceFailed(Dataset<Row> rows, TxnId txn) {
    return replace(rows, FAILED, txn);
  }

  /**
   * Like {@link #insertNew(Dataset, TxnId)}, and a row that fulfils a condition gives way to the
   * new one.
   *
   * @param outdated an SQL condition on the row there, {@code t}, and the new one, {@code s}
   */
  public Written replace(Dataset<Row> rows, String outdated, TxnId txn) {
    return merge(rows, txn, outdated, spec.columns());
  }

  private Written replace(List<R> records, String outdated, TxnId txn) {
    return merge(records, txn, outdated, spec.columns());
  }

  /** The same for a small list of records. */
  public Written replaceFailed(List<R> records, TxnId txn) {
    return replace(records, FAILED, txn);
  }

  /**
   * Like {@link #replaceFailed(List, TxnId)}, and a row whose file is lost gives way to one that
   * has another file or none.
   *
   * @param lost values of the column {@code uri}
   */
  public Written replaceFailedOrLost(List<R> records, Set<String> lost, TxnId txn) {
    if (lost.isEmpty()) {
      return replaceFailed(records, txn);
    }
    String files = lost.stream().map(uri -> "'" + uri + "'").collect(Collectors.joining(", "));
    String replaces = FAILED + " OR (t.uri IN (" + files + ") AND NOT (t.uri <=> s.uri))";
    return replace(records, replaces, txn);
  }

  /**
   * Adds new rows, and changes those that differ in one of the mutable columns; {@code updated_at}
   * and {@code run_id} follow, everything else stays.
   */
  public Written upsertChanged(List<R> records, TxnId txn) {
    return merge(records, txn, differs(), changing());
  }

  /** The same for rows made on executors. */
  public Written upsertChanged(Dataset<Row> rows, TxnId txn) {
    return merge(rows, txn, differs(), changing());
  }

  private String differs() {
    return spec.mutable().stream()
        .map(column -> "NOT (t.`" + column + "` <=> s.`" + column + "`)")
        .collect(Collectors.joining(" OR "));
  }

  private List<String> changing() {
    return spec.columns().stream()
        .filter(c -> spec.mutable().contains(c) || c.equals("updated_at") || c.equals("run_id"))
        .toList();
  }

  /**
   * What is pending of a small batch comes to the driver: a cached plan that reads the table would
   * be planned anew after every commit, and to check one partition takes one job.
   */
  private Written merge(List<R> records, TxnId txn, String replaces, List<String> set) {
    if (records.isEmpty()) {
      return Written.NOTHING;
    }
    if (records.size() > SMALL) {
      return merge(dataset(records), txn, replaces, set);
    }
    Dataset<Row> pending = pending(dataset(records), replaces);
    List<Row> rows = pending.collectAsList();
    return rows.isEmpty()
        ? Written.NOTHING
        : write(spark.createDataFrame(rows, pending.schema()).coalesce(1), txn, replaces, set);
  }

  private Written merge(Dataset<Row> rows, TxnId txn, String replaces, List<String> set) {
    SchemaDrift.checkRows(spec, rows);
    Dataset<Row> pending = pending(columns(rows), replaces).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return write(pending, txn, replaces, set);
    } finally {
      pending.unpersist();
    }
  }

  private Written write(Dataset<Row> pending, TxnId txn, String replaces, List<String> set) {
    Written expected = BatchCheck.check(spec, pending, NEW);
    if (expected.rows() == 0) {
      return Written.NOTHING;
    }
    long before = version();
    commitBesideOthers(pending.drop(NEW), txn, replaces, set);
    return written(before, txn, expected);
  }

  /**
   * The rows that would change the table, with a column that tells the new from the replacing ones.
   */
  private Dataset<Row> pending(Dataset<Row> batch, String replaces) {
    Dataset<Row> target =
        replaces == null
            ? read().select(keyColumns("")).withColumn("_there", functions.lit(true))
            : read().withColumn("_there", functions.lit(true));
    Column isNew = functions.col("t._there").isNull();
    Column wanted = replaces == null ? isNew : isNew.or(functions.expr(replaces));
    return batch
        .as("s")
        .join(target.as("t"), functions.expr(sameKey()), "left_outer")
        .where(wanted)
        .withColumn(NEW, isNew)
        .select(functions.expr("s.*"), functions.col(NEW));
  }

  /** A MERGE looks at the table again when it is tried again, so nothing is added twice. */
  private void commitBesideOthers(
      Dataset<Row> pending, TxnId txn, String replaces, List<String> set) {
    for (int tries = 1; ; tries++) {
      try {
        TableErrors.mapped(spec, () -> commit(pending, txn, replaces, set));
        return;
      } catch (AtelierException e) {
        if (e.code() != ErrorCode.TABLE_CONFLICT || tries == MOST_TRIES) {
          throw e;
        }
        pause(tries);
      }
    }
  }

  /** Longer each time and never the same, so that two writers do not meet again and again. */
  private static void pause(int tries) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong((long) tries * PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another writer", e);
    }
  }

  private void commit(Dataset<Row> pending, TxnId txn, String replaces, List<String> set) {
    // The keys of a session reach every Delta write of it, so this write gets a session of its own.
    SparkSession writer = spark.newSession();
    writer.conf().set("spark.databricks.delta.write.txnAppId", txn.application());
    writer.conf().set("spark.databricks.delta.write.txnVersion", txn.version());
    writer.conf().set("spark.databricks.delta.commitInfo.userMetadata", userMetadata(txn));
    // A stage commits every few seconds; a file for each of 200 partitions would add up.
    writer.conf().set("spark.databricks.delta.optimizeWrite.enabled", "true");
    DeltaMergeBuilder merge = delta(writer).as("t").merge(pending.as("s"), sameKey());
    if (replaces != null) {
      merge = merge.whenMatched(replaces).updateExpr(sourceColumns(set));
    }
    merge.whenNotMatched().insertExpr(sourceColumns(spec.columns())).execute();
  }

  /** What our commit did, by Delta's own metrics: another writer may have come in between. */
  private Written written(long before, TxnId txn, Written expected) {
    return log()
        .written(before, userMetadata(txn))
        .orElseThrow(
            () ->
                new AtelierException(
                    ErrorCode.TABLE_CONFLICT,
                    "Table '"
                        + spec.name()
                        + "' skipped "
                        + expected.rows()
                        + " rows of the write "
                        + userMetadata(txn)
                        + ": a write of this name was made before, with other rows."
                        + " Run again under a new run id."));
  }

  private static String userMetadata(TxnId txn) {
    return txn.application() + "#" + txn.version();
  }

  private void create() {
    DeltaTableBuilder builder =
        DeltaTable.createIfNotExists(spark).location(path).addColumns(spec.schema());
    for (Map.Entry<String, String> property : TableProperties.of(spec).entrySet()) {
      builder = builder.property(property.getKey(), property.getValue());
    }
    if (!spec.clusterBy().isEmpty()) {
      builder = builder.clusterBy(spec.clusterBy().toArray(new String[0]));
    }
    builder.execute();
  }

  private TableLog log() {
    return TableLog.of(spark, path);
  }

  private DeltaTable delta(SparkSession session) {
    return DeltaTable.forPath(session, path);
  }

  private Dataset<Row> columns(Dataset<Row> rows) {
    return rows.select(spec.columns().stream().map(functions::col).toArray(Column[]::new));
  }

  private Column[] keyColumns(String prefix) {
    return spec.key().stream().map(k -> functions.col(prefix + k)).toArray(Column[]::new);
  }

  private String sameKey() {
    return spec.key().stream()
        .map(k -> "t.`" + k + "` = s.`" + k + "`")
        .collect(Collectors.joining(" AND "));
  }

  private static Map<String, String> sourceColumns(List<String> columns) {
    return columns.stream()
        .collect(Collectors.toMap(c -> c, c -> "s.`" + c + "`", (a, b) -> a, LinkedHashMap::new));
  }
}
