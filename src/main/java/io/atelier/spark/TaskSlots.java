package io.atelier.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How many tasks like the running one share a machine's memory.
 *
 * @param onMachine those that its cores can hold, at least 1
 * @param inJvm those of them that this JVM can run at once, at least 1
 */
public record TaskSlots(int onMachine, int inJvm) {

  /** A task that has a device to itself. */
  public static final TaskSlots ONE = new TaskSlots(1, 1);

  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+)[],].*");

  /** Those of the running task. */
  public static TaskSlots here() {
    SparkEnv spark = SparkEnv.get();
    SparkConf conf = spark == null ? new SparkConf(false) : spark.conf();
    return of(conf, Runtime.getRuntime().availableProcessors(), GpuStage.cpus());
  }

  /** Those of a task that has so many of the machine's cores. */
  static TaskSlots of(SparkConf conf, int machine, int cpus) {
    String master = conf.get("spark.master", "local[1]");
    int jvm = Math.min(machine, cores(conf, master, machine));
    // A local master is taken to have the machine for itself.
    int all = Sessions.isLocal(master) ? jvm : machine;
    return new TaskSlots(Math.max(1, all / cpus), Math.max(1, jvm / cpus));
  }

  private static int cores(SparkConf conf, String master, int machine) {
    if (Sessions.isLocal(master)) {
      Matcher number = LOCAL.matcher(master);
      return number.matches()
          ? Integer.parseInt(number.group(1))
          : master.equals("local") ? 1 : machine;
    }
    // Spark's defaults: a standalone worker gives its executor all cores, others give one.
    int otherwise = master.startsWith("spark:") ? machine : 1;
    return conf.getInt("spark.executor.cores", otherwise);
  }

  /**
   * The bytes that one task may take: its share of the machine's and of what it holds together with
   * the others of its JVM, which is counted as if it were its own.
   */
  public long share(long machine, long together) {
    return machine / onMachine + together - together / inJvm;
  }
}
