package io.atelier.spark;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.sql.SparkSession;

/**
 * Gives the tasks of one stage a GPU each, where executors have GPUs ({@code
 * spark.executor.resource.gpu.amount}), and leaves them alone elsewhere. The profile asks for task
 * resources only, so it needs no dynamic allocation; it asks for more than half of an executor's
 * cores, so that a fractional {@code spark.task.resource.gpu.amount} cannot put two tasks on one
 * GPU (SPARK-45527).
 */
public final class GpuStage {
  private static final String GPU = "gpu";

  private final ResourceProfile profile;

  private GpuStage(ResourceProfile profile) {
    this.profile = profile;
  }

  /** The GPU stage of this session's cluster; on a local master one without GPUs. */
  public static GpuStage of(SparkSession spark) {
    SparkConf conf = spark.sparkContext().getConf();
    int gpus = conf.getInt("spark.executor.resource.gpu.amount", 0);
    if (gpus == 0 || Sessions.isLocal(conf.get("spark.master"))) {
      return new GpuStage(null);
    }
    TaskResourceRequests requests =
        new TaskResourceRequests().cpus(cpus(conf, gpus)).resource(GPU, 1);
    return new GpuStage(new ResourceProfileBuilder().require(requests).build());
  }

  /** Cores of a task: with one GPU an executor more than half of them, else a fair share. */
  static int cpus(SparkConf conf, int gpus) {
    int cores = conf.getInt("spark.executor.cores", 1);
    int share = gpus == 1 ? cores / 2 + 1 : cores / gpus;
    return Math.max(conf.getInt("spark.task.cpus", 1), Math.min(cores, Math.max(1, share)));
  }

  /** Whether tasks of this stage get a GPU each. */
  public boolean onGpus() {
    return profile != null;
  }

  /** The same data, computed in tasks with a GPU each; the same object where there are no GPUs. */
  public <T> JavaRDD<T> apply(JavaRDD<T> rdd) {
    return profile == null ? rdd : rdd.withResources(profile);
  }

  /**
   * The device of the running task: {@code cuda:N} with the GPU that Spark gave it, else {@code
   * cpu}. Called inside a task; outside one it is {@code cpu}.
   *
   * @throws AtelierException NO_DEVICE if the GPU's address is no number
   */
  public static String device() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return "cpu";
    }
    Map<String, ResourceInformation> resources = task.resourcesJMap();
    ResourceInformation gpu = resources.get(GPU);
    return gpu == null || gpu.addresses().length == 0 ? "cpu" : device(gpu.addresses()[0]);
  }

  static String device(String address) {
    if (!address.matches("\\d+")) {
      throw new AtelierException(
          ErrorCode.NO_DEVICE,
          "Spark gave the task the GPU '"
              + address
              + "', which is no index; let the discovery"
              + " script of spark.executor.resource.gpu print indices.");
    }
    return "cuda:" + address;
  }

  /** Cores of the running task, the number of threads its model may use; 1 outside a task. */
  public static int cpus() {
    TaskContext task = TaskContext.get();
    return task == null ? 1 : task.cpus();
  }
}
