package io.atelier.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;

/**
 * A standalone Spark master and two workers as processes on the loopback address. Every worker has
 * room for one executor, and one GPU that exists only in what its discovery script says: index 0 on
 * the first, 1 on the second. Of an executor's three cores a task with a GPU takes two, so that
 * commits go on beside it.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** Cores of a worker and its executor. */
  public static final int CORES = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Path folder;
  private final int port;
  private final List<Process> workers = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();

  /** Starts it; logs and work folders lie below the folder. */
  public StandaloneCluster(Path folder) {
    this.folder = folder;
    this.port = freePort();
    try {
      Files.createDirectories(folder.resolve("home/jars"));
      start("master", Master.class, jvm(), "--port", "" + port);
      await("master", this::masterListens);
      for (int i = 0; i < 2; i++) {
        workers.add(startWorker(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Process startWorker(int index) throws IOException {
    Path script = folder.resolve("gpus-" + index + ".sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + index + "\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    String name = "worker-" + index;
    ChildJvm jvm =
        jvm()
            .option("-Dspark.worker.resource.gpu.amount=1")
            .option("-Dspark.worker.resource.gpu.discoveryScript=" + script);
    String work = folder.resolve(name).toString();
    return start(
        name,
        Worker.class,
        jvm,
        "--cores",
        "" + CORES,
        "--memory",
        "2g",
        "--work-dir",
        work,
        "spark://" + HOST + ":" + port);
  }

  /**
   * Starts a driver of this cluster with one executor a worker and a GPU for each.
   *
   * @param more properties of Spark, "key=value"; the last one of a key counts
   */
  public Process driver(Path log, Class<?> main, List<String> arguments, String... more) {
    ChildJvm jvm = jvm();
    Stream.concat(
            Stream.of(
                "spark.master=spark://" + HOST + ":" + port,
                "spark.driver.host=" + HOST,
                "spark.driver.bindAddress=" + HOST,
                "spark.ui.enabled=false",
                "spark.sql.shuffle.partitions=2",
                "spark.databricks.delta.snapshotPartitions=1",
                "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
                "spark.cores.max=" + 2 * CORES,
                "spark.executor.cores=" + CORES,
                "spark.scheduler.minRegisteredResourcesRatio=1.0",
                "spark.scheduler.maxRegisteredResourcesWaitingTime=100s",
                "spark.executor.memory=1g",
                "spark.executor.resource.gpu.amount=1",
                "spark.executorEnv.OMP_NUM_THREADS=1",
                "spark.executor.extraClassPath=" + ChildJvm.classPath(),
                "spark.executor.extraJavaOptions=" + executorOptions()),
            Stream.of(more))
        .forEach(setting -> jvm.option("-D" + setting));
    Process driver = jvm.start(log, main, arguments);
    processes.add(driver);
    return driver;
  }

  /** The executors that run now. */
  public List<ProcessHandle> executors() {
    return workers.stream().flatMap(worker -> worker.toHandle().children()).toList();
  }

  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(executors());
    processes.forEach(process -> all.add(process.toHandle()));
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits for a condition. */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + " in " + PATIENCE);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  /** Runs a short command of the system. */
  public static void command(String... words) throws IOException, InterruptedException {
    if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", words));
    }
  }

  private Process start(String name, Class<?> main, ChildJvm jvm, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--host", HOST, "--webui-port", "0"));
    arguments.addAll(List.of(more));
    Process process = jvm.start(folder.resolve(name + ".log"), main, arguments);
    processes.add(process);
    return process;
  }

  private boolean masterListens() {
    try (Socket socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private ChildJvm jvm() {
    return new ChildJvm()
        .option("-Xmx1g")
        .environment("SPARK_HOME", folder.resolve("home").toString())
        .environment("SPARK_SCALA_VERSION", "2.12")
        .environment("SPARK_LOCAL_IP", HOST)
        .environment("SPARK_LOCAL_DIRS", folder.resolve("scratch").toString());
  }

  /** Spark forbids to set an executor's heap this way, and adds what Java 17 needs itself. */
  private static String executorOptions() {
    return String.join(
        " ",
        ChildJvm.inherited().stream()
            .filter(option -> option.startsWith("-Dorg.bytedeco"))
            .toList());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
