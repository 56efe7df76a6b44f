package io.atelier.spark;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Opens the Spark session. A setting made in code beats the operator's {@code --conf}, so nothing
 * is set that is set already, and on a cluster only what keeps the results right.
 */
public final class Sessions {
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
  private static final String CATALOG = "spark.sql.catalog.spark_catalog";
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";
  private static final String SPECULATION = "spark.speculation";
  private static final String MAX_RESULTS = "spark.driver.maxResultSize";
  private static final String SCHEDULER = "spark.scheduler.mode";

  /** What the stages of an application do. */
  public enum Kind {
    /** Tables only. */
    SQL,
    /** Models in tasks: a task must never run twice at once. */
    MODEL
  }

  private Sessions() {}

  /**
   * The session of this process, opened if there is none. Without {@code spark.master} it runs on
   * all cores of this machine.
   *
   * @throws AtelierException BAD_CONFIG if speculation is on for a model application, or a session
   *     without Delta is open already
   */
  public static SparkSession open(String appName, Kind kind) {
    SparkConf conf = settings(new SparkConf(), appName, kind);
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    if (!spark.conf().get(EXTENSIONS, "").contains(DELTA_EXTENSION)) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "The open Spark session has no Delta extension; start it with "
              + EXTENSIONS
              + "="
              + DELTA_EXTENSION
              + " and "
              + CATALOG
              + "="
              + DELTA_CATALOG
              + ".");
    }
    return spark;
  }

  /** Whether the master runs tasks inside this process. */
  public static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }

  static SparkConf settings(SparkConf conf, String appName, Kind kind) {
    if (kind == Kind.MODEL && conf.getBoolean(SPECULATION, false)) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          SPECULATION
              + " is on, and a copy of a running task would fight for its GPU."
              + " Leave it off for caption, train and generate.");
    }
    conf.setIfMissing("spark.app.name", appName);
    conf.setIfMissing("spark.master", "local[*]");
    String extensions = conf.get(EXTENSIONS, "");
    if (!extensions.contains(DELTA_EXTENSION)) {
      conf.set(
          EXTENSIONS, extensions.isEmpty() ? DELTA_EXTENSION : extensions + "," + DELTA_EXTENSION);
    }
    conf.setIfMissing(CATALOG, DELTA_CATALOG);
    conf.setIfMissing("spark.sql.session.timeZone", "UTC");
    if (kind == Kind.MODEL) {
      conf.setIfMissing(SPECULATION, "false");
      // The limit counts what all tasks of a stage returned together, also what is committed and
      // gone from memory already: its 1 GiB would end a stage of some twenty thousand trainings of
      // 1000 steps.
      conf.setIfMissing(MAX_RESULTS, "0");
      // First come, first served would make every commit wait until the last unit has begun.
      conf.setIfMissing(SCHEDULER, "FAIR");
    }
    if (isLocal(conf.get("spark.master"))) {
      localSettings().forEach(conf::setIfMissing);
    }
    return conf;
  }

  private static Map<String, String> localSettings() {
    Map<String, String> local = new LinkedHashMap<>();
    local.put("spark.ui.enabled", "false");
    local.put("spark.ui.showConsoleProgress", "false");
    local.put("spark.driver.host", "localhost");
    local.put("spark.driver.bindAddress", "127.0.0.1");
    local.put("spark.sql.shuffle.partitions", "4");
    local.put("spark.databricks.delta.snapshotPartitions", "2");
    local.put(
        "spark.sql.warehouse.dir",
        Path.of(System.getProperty("java.io.tmpdir"), "atelier-warehouse").toUri().toString());
    // Heartbeats carry the counters of running tasks: progress moves this often.
    local.put("spark.executor.heartbeatInterval", "2s");
    return local;
  }
}
