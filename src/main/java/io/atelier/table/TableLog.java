package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.CommitInfo;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Delta's log of one table, read on the driver: {@code DeltaTable.history} and {@code detail} take
 * Spark jobs for it, which costs more than the writes that a stage makes every few seconds.
 */
final class TableLog {
  private final DeltaLog log;
  private final Snapshot newest;

  private TableLog(DeltaLog log, Snapshot newest) {
    this.log = log;
    this.newest = newest;
  }

  /**
   * The log as it is now.
   *
   * @throws AtelierException BAD_TABLE if there is none, which Delta takes for a table to be
   */
  static TableLog of(SparkSession spark, String path) {
    Tuple2<DeltaLog, Snapshot> table = DeltaLog.forTableWithSnapshot(spark, path);
    if (table._2().version() < 0) {
      throw new AtelierException(
          ErrorCode.BAD_TABLE,
          "There is no Delta table at "
              + path
              + " any more. Is the lake mounted? Run again once it is there.");
    }
    return new TableLog(table._1(), table._2());
  }

  /** The newest version's number; 0 is the empty table. */
  long version() {
    return newest.version();
  }

  /** Delta's id of the table. */
  String id() {
    return newest.metadata().id();
  }

  /** The table's columns, which of them must not be null included. */
  StructType schema() {
    return newest.metadata().schema();
  }

  /** The table's properties, constraints among them. */
  Map<String, String> properties() {
    return JavaConverters.mapAsJavaMap(newest.metadata().configuration());
  }

  /** What the first commit after a version that bears a text did; empty if there is none. */
  Optional<Written> written(long after, String userMetadata) {
    if (after == version()) {
      return Optional.empty();
    }
    Iterator<? extends Tuple2<Object, ? extends Seq<Action>>> commits =
        log.getChanges(after + 1, false);
    while (commits.hasNext()) {
      for (Action action : JavaConverters.seqAsJavaList(commits.next()._2())) {
        if (action instanceof CommitInfo info && info.userMetadata().contains(userMetadata)) {
          return Optional.of(
              new Written(
                  metric(info, "numTargetRowsInserted"), metric(info, "numTargetRowsUpdated")));
        }
      }
    }
    return Optional.empty();
  }

  private static long metric(CommitInfo info, String name) {
    Option<String> value =
        info.operationMetrics().isEmpty()
            ? Option.empty()
            : info.operationMetrics().get().get(name);
    return value.isEmpty() ? 0 : Long.parseLong(value.get());
  }
}
