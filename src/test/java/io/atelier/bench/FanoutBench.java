package io.atelier.bench;

import io.atelier.cli.Main;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.job.CaptionJob;
import io.atelier.job.CurateJob;
import io.atelier.job.IntakeJob;
import io.atelier.job.JobContext;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RunRow;
import io.atelier.testing.ChildJvm;
import io.atelier.testing.SmallRun;
import io.atelier.testing.StandaloneCluster;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How much faster two workers train people than one: {@code jobs/bench/train.sh --fan-out}. A
 * master and workers run as processes of this machine; each training has one thread. Two workers
 * cannot be twice as fast as one on cores that share caches and memory, and both have to warm up,
 * so the same trainings also run in plain processes, all in one and shared out between two: what
 * two are faster by there is the ceiling. Workers and as many plain processes run one right after
 * the other, because other tenants slow shared cores down by a third now and then.
 */
public final class FanoutBench {
  private static final int PEOPLE = 16;
  private static final int STEPS = 1800;
  private static final String ALONE = "--alone";

  private final Path folder;

  private FanoutBench(Path folder) {
    this.folder = folder;
  }

  /** Arguments: a folder to work in. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals(ALONE)) {
      trainAlone(Path.of(args[1]), Integer.parseInt(args[2]));
    } else {
      new FanoutBench(Files.createDirectories(Path.of(args[0]).toAbsolutePath())).run();
    }
  }

  private void run() throws Exception {
    SmallRun alone = prepared();
    SmallRun shared = alone.into("two workers");
    copy(alone.lake(), shared.lake());
    try (StandaloneCluster cluster =
        new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")))) {
      double worker = train(cluster, alone, 1);
      Path set = trainingSet(alone.lake());
      double one = compared(1, worker, alone(set, 1));
      double processes = alone(set, 2);
      double two = compared(2, train(cluster, shared, 2), processes);
      System.out.printf(Locale.ROOT, "2 workers, of what the cores allow: %.2f%n", two / one);
    }
  }

  private static double compared(int count, double workers, double processes) {
    System.out.printf(
        Locale.ROOT,
        "%d trainings of %d steps: %d workers %.1f s, as many plain processes %.1f s: %.2f%n",
        PEOPLE,
        STEPS,
        count,
        workers,
        processes,
        processes / workers);
    return processes / workers;
  }

  private SmallRun prepared() {
    SmallRun run = new SmallRun(folder);
    for (int i = 0; i < PEOPLE; i++) {
      run.person("person-" + i, i, 2);
    }
    JobContext context = run.context(settings());
    IntakeJob.run(context, run.photosUri());
    CurateJob.run(context);
    CaptionJob.run(context);
    return run;
  }

  private static String[] settings() {
    return new String[] {
      "train.steps=" + STEPS,
      "train.batch=1",
      "curate.min_photos=2",
      "curate.rules=dataset",
      "model.device=cpu"
    };
  }

  /** Seconds from the start of the first training to the end of the last. */
  private double train(StandaloneCluster cluster, SmallRun run, int executors) throws Exception {
    Path log = folder.resolve(executors + ".log");
    List<String> arguments = new ArrayList<>(List.of("train", "--lake", run.lake().toString()));
    arguments.addAll(List.of("--checkpoint", SmallRun.MODEL.toString()));
    run.assignments(settings()).forEach(s -> arguments.addAll(List.of("--set", s)));
    Process driver =
        cluster.driver(
            log, Main.class, arguments, "spark.cores.max=" + StandaloneCluster.CORES * executors);
    if (driver.waitFor() != 0) {
      throw new IllegalStateException(ChildJvm.text(log));
    }
    LakeTables tables = new LakeTables(TestSession.get(), run.lake().resolve("tables").toString());
    RunRow row =
        tables.runs().rows().stream().max(Comparator.comparing(RunRow::finishedAt)).orElseThrow();
    System.out.printf(
        "%d executors, %d loads of the base model%n",
        row.counts().get("executors"), row.counts().get("base_model_loads"));
    double start = Double.MAX_VALUE;
    double end = 0;
    for (AdapterRow adapter : tables.adapters().rows()) {
      double written = seconds(run.lake().resolve(adapter.uri()));
      start = Math.min(start, written - adapter.seconds());
      end = Math.max(end, written);
    }
    return end - start;
  }

  private static double seconds(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toMillis() / 1e3;
  }

  /** Seconds from the start of the first training to the end of the last. */
  private double alone(Path set, int processes) throws Exception {
    List<Process> running = new ArrayList<>();
    List<Path> logs = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      Path log = folder.resolve("alone-" + i + ".log");
      logs.add(log);
      running.add(
          new ChildJvm()
              .option("-Xmx1g")
              .environment("OMP_NUM_THREADS", "1")
              .start(
                  log, FanoutBench.class, List.of(ALONE, set.toString(), "" + PEOPLE / processes)));
    }
    double start = Double.MAX_VALUE;
    double end = 0;
    for (int i = 0; i < processes; i++) {
      if (running.get(i).waitFor() != 0) {
        throw new IllegalStateException(ChildJvm.text(logs.get(i)));
      }
      List<String> lines = ChildJvm.text(logs.get(i)).lines().toList();
      String[] times = lines.get(lines.size() - 1).split(" ");
      start = Math.min(start, Double.parseDouble(times[0]));
      end = Math.max(end, Double.parseDouble(times[1]));
    }
    return end - start;
  }

  /** Prints when the first training began and when the last one ended, in seconds. */
  private static void trainAlone(Path file, int people) {
    Torch.threads(1);
    TrainConfig config = TrainConfig.DEFAULT.withSteps(STEPS);
    LoraConfig lora = new LoraConfig(4, 4, Targets.DIFFUSERS);
    try (FluxTransformer model =
            FluxTransformer.load(Checkpoint.open(SmallRun.MODEL), Compute.CPU_FLOAT32);
        TrainingSet set = TrainingSet.read(file)) {
      double start = System.currentTimeMillis() / 1e3;
      for (int i = 0; i < people; i++) {
        try (Trainer trainer = new Trainer(model, set, lora, config, "alone-" + i)) {
          trainer.run(step -> {});
        }
      }
      System.out.println(start + " " + System.currentTimeMillis() / 1e3);
    }
  }

  private static Path trainingSet(Path lake) throws IOException {
    try (Stream<Path> files = Files.walk(lake.resolve("latents"))) {
      return files.filter(f -> f.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }
}
