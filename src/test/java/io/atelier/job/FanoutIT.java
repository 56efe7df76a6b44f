package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.cli.Main;
import io.atelier.provenance.Hashes;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RunRow;
import io.atelier.testing.ChildJvm;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import io.atelier.testing.StandaloneCluster;
import io.atelier.testing.TestSession;
import io.atelier.testing.VisionServer;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work on a Spark of several processes: a master, two workers, executors, a driver. */
class FanoutIT {
  private static final String SUFFIX = ".safetensors";
  private static final int PEOPLE = 12;
  private static final int STEPS = 60;
  private static final String[] SETTINGS = {
    "train.steps=" + STEPS,
    "train.batch=1",
    "curate.min_photos=2",
    "curate.rules=dataset",
    "model.device=cpu",
    "runtime.checkpoint_every=3"
  };

  @TempDir static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startsTheCluster() throws IOException {
    cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")));
  }

  @AfterAll
  static void stopsTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void executorsAndADriverThatAreKilledChangeNoByteOfAnyAdapter() throws Exception {
    SmallRun disturbed = new SmallRun(folder);
    for (int i = 0; i < PEOPLE; i++) {
      disturbed.person("person-" + (char) ('a' + i), i, 2);
    }
    JobContext context = disturbed.context(SETTINGS);
    IntakeJob.run(context, disturbed.photosUri());
    CurateJob.run(context);
    CaptionJob.run(context);
    SmallRun undisturbed = disturbed.into("undisturbed");
    copy(disturbed.lake(), undisturbed.lake());

    HeldTrainings held = new HeldTrainings(context, 2);
    Path log = folder.resolve("first driver.log");
    Process driver = cluster.driver(log, Main.class, train(disturbed));
    await(driver, log, "training under way on both", () -> unfinished(disturbed).size() == 2);
    Set<String> underWay = unfinished(disturbed);
    List<ProcessHandle> executors = cluster.executors();
    assertThat(executors).hasSize(2);
    executors.get(0).destroyForcibly();
    // A state goes when the row is there. The others are held, so the driver cannot end before.
    await(
        driver,
        log,
        "row of either training, and both executors at the next",
        () ->
            subjects(disturbed, "adapters").containsAll(underWay)
                && Collections.disjoint(subjects(disturbed, "checkpoints"), underWay)
                && held.waiting().size() == 2);
    List<String> next = held.waiting();
    // From here on it writes no row more, while its executors work on.
    StandaloneCluster.command("kill", "-STOP", "" + driver.pid());
    held.release(next.get(0));
    await(
        driver,
        log,
        "adapter without a row",
        () -> subjects(disturbed, "adapters").contains(next.get(0)));
    held.release(next.get(1));
    await(driver, log, "training under way", () -> unfinished(disturbed).contains(next.get(1)));
    driver.destroyForcibly().waitFor();
    StandaloneCluster.await("end of all executors", () -> cluster.executors().isEmpty());
    held.end();
    Map<String, AdapterRow> before = adapters(disturbed);
    List<String> finished = files(disturbed.lake().resolve("adapters"));
    assertThat(before.values())
        .extracting(AdapterRow::subjectId)
        .as("rows when the driver died")
        .containsExactlyInAnyOrderElementsOf(underWay);
    assertThat(before.values())
        .as("the first driver had the killed executor's training carried on from the middle")
        .anyMatch(row -> row.attempts() > 1 && isTheMiddle(row.resumedFrom()));

    Path again = folder.resolve("second driver.log");
    Process second = cluster.driver(again, Main.class, train(disturbed));
    assertThat(second.waitFor()).as(() -> ChildJvm.text(again)).isZero();
    TrainJob.run(undisturbed.context(SETTINGS));

    Map<String, AdapterRow> made = adapters(disturbed);
    assertThat(made).hasSize(PEOPLE).containsAllEntriesOf(before);
    assertThat(adapterHashes(disturbed.lake()))
        .hasSize(PEOPLE)
        .isEqualTo(adapterHashes(undisturbed.lake()));
    adapters(undisturbed)
        .forEach((id, row) -> assertThat(made.get(id).sha256()).isEqualTo(row.sha256()));
    assertThat(LakeState.rows(disturbed.lake()).get("training_steps"))
        .hasSize(PEOPLE * STEPS)
        .isEqualTo(LakeState.rows(undisturbed.lake()).get("training_steps"));
    assertThat(made.values())
        .as("no step of a finished training is done again")
        .filteredOn(row -> finished.contains(row.uri().substring("adapters/".length())))
        .filteredOn(row -> !before.containsKey(row.adapterId()))
        .isNotEmpty()
        .allMatch(row -> row.resumedFrom() == STEPS);
    assertThat(made.values())
        .as("the second driver had a training carried on from the middle")
        .filteredOn(row -> row.subjectId().equals(next.get(1)))
        .singleElement()
        .matches(row -> isTheMiddle(row.resumedFrom()));
    assertThat(made.values())
        .as("a training that was taken up again counts every task that started on it")
        .filteredOn(row -> row.resumedFrom() > 0)
        .allMatch(row -> row.attempts() > 1);
    Path checkpoints = disturbed.lake().resolve("checkpoints");
    assertThat(files(checkpoints)).isEmpty();
    try (Stream<Path> left = Files.walk(checkpoints)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(lastRun(disturbed).counts())
        .containsEntry("executors", 2L)
        .containsEntry("base_model_loads", 2L);
  }

  @Test
  void noTwoTasksHoldOneGpuAtATime() throws Exception {
    Path log = folder.resolve("gpu.log");
    Path report = folder.resolve("gpu.txt");
    Process driver = cluster.driver(log, GpuTasks.class, List.of(report.toString()));
    assertThat(driver.waitFor()).as(() -> ChildJvm.text(log)).isZero();

    List<GpuTasks.Held> all = GpuTasks.read(report);
    assertThat(all).hasSize(GpuTasks.TASKS);
    Map<String, List<GpuTasks.Held>> byGpu =
        all.stream().collect(Collectors.groupingBy(GpuTasks.Held::gpu));
    assertThat(byGpu.keySet()).containsExactlyInAnyOrder("cuda:0", "cuda:1");
    byGpu.values().forEach(FanoutIT::assertOneAfterTheOther);
    assertThat(overlaps(byGpu.get("cuda:0"), byGpu.get("cuda:1")))
        .as("both GPUs work at the same time")
        .isTrue();
  }

  @Test
  void aJobThatLosesMoreExecutorsThanSparkBearsGoesOnAsAnother() throws Exception {
    Path log = folder.resolve("lost.log");
    Path report = Files.createDirectory(folder.resolve("lost"));
    List<String> arguments = List.of(report.toString());
    Process driver =
        cluster.driver(log, LostExecutors.class, arguments, "spark.task.maxFailures=1");
    assertThat(driver.waitFor()).as(() -> ChildJvm.text(log)).isZero();

    assertThat(Files.readAllLines(report.resolve("results")))
        .as("every unit once, and the one that was given up had stopped before it was tried again")
        .containsExactlyInAnyOrder("0 at try 2", "1 at try 2 after its end", "2", "3");
    assertThat(report.resolve("failure"))
        .content()
        .startsWith("EXECUTORS_LOST: ")
        .contains("3 jobs in a row lost too many executors before any of their 1 tasks was done");
  }

  @Test
  void executorsThatAreKilledWhileTheyMeasureAndDescribeLoseNoPhotoAndPayForNoAnswerTwice()
      throws Exception {
    SmallRun killed = new SmallRun(folder.resolve("killed"));
    for (int i = 0; i < PEOPLE; i++) {
      killed.person("person-" + (char) ('a' + i), i, 2);
    }
    IntakeJob.run(killed.context(SETTINGS), killed.photosUri());
    SmallRun undisturbed = killed.into("undisturbed");
    copy(killed.lake(), undisturbed.lake());
    // A pipe in place of a photo holds the task that reads it.
    Path photo = anyPhoto(killed.lake());
    Path whole = Files.move(photo, folder.resolve("whole.jpg"));
    StandaloneCluster.command("mkfifo", photo.toString());

    Path log = folder.resolve("curate.log");
    Process driver = cluster.driver(log, Main.class, stage("curate", killed));
    CompletableFuture<OutputStream> reader =
        CompletableFuture.supplyAsync(() -> openPipe(photo.toFile()));
    await(driver, log, "task that reads the photo", reader::isDone);
    Files.move(whole, photo, StandardCopyOption.REPLACE_EXISTING);
    cluster.executors().forEach(ProcessHandle::destroyForcibly);
    reader.get().close();
    assertThat(driver.waitFor()).as(() -> ChildJvm.text(log)).isZero();

    CurateJob.run(undisturbed.context(SETTINGS));
    assertThat(LakeState.rows(killed.lake())).isEqualTo(LakeState.rows(undisturbed.lake()));

    captionOnExecutorsThatAreKilled(killed);
  }

  private static void captionOnExecutorsThatAreKilled(SmallRun killed) throws Exception {
    int answered = 6;
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    Set<String> paid = ConcurrentHashMap.newKeySet();
    VisionServer.Behaviour answer = VisionServer.says("A person in a red coat by a tree.");
    VisionServer.Behaviour someThenNone =
        (exchange, body) -> {
          if (asked.incrementAndGet() > answered) {
            held.await();
          } else {
            paid.add(photo(new VisionServer.Request("", body)));
          }
          answer.serve(exchange, body);
        };
    try (VisionServer server = new VisionServer(someThenNone)) {
      Path log = folder.resolve("caption.log");
      Process driver =
          cluster.driver(
              log,
              Main.class,
              stage(
                  "caption",
                  killed,
                  "caption.captioner=endpoint",
                  "caption.endpoint_url=" + server.url(),
                  "caption.endpoint_model=small",
                  "caption.endpoint_concurrency=2"));
      Path answers = killed.lake().resolve("answers");
      await(driver, log, "answers", () -> files(answers, ".json").size() == answered);
      cluster.executors().forEach(ProcessHandle::destroyForcibly);
      held.countDown();
      assertThat(driver.waitFor()).as(() -> ChildJvm.text(log)).isZero();

      List<String> requests = server.requests().stream().map(FanoutIT::photo).toList();
      assertThat(new HashSet<>(requests)).hasSize(2 * PEOPLE);
      assertThat(paid)
          .hasSize(answered)
          .allSatisfy(photo -> assertThat(Collections.frequency(requests, photo)).isEqualTo(1));
      assertThat(files(answers, ".json")).isEmpty();
    }
    assertThat(LakeState.rows(killed.lake()).get("descriptions"))
        .hasSize(2 * PEOPLE)
        .allMatch(row -> row.contains("red coat"));
  }

  private static String photo(VisionServer.Request request) {
    return Hashes.of(request.jpeg());
  }

  private static Path anyPhoto(Path lake) {
    return lake.resolve("photos").resolve(files(lake.resolve("photos"), ".jpeg").get(0));
  }

  /** Comes back when somebody reads it. */
  private static OutputStream openPipe(File pipe) {
    try {
      return new FileOutputStream(pipe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertOneAfterTheOther(List<GpuTasks.Held> tasks) {
    List<GpuTasks.Held> sorted = new ArrayList<>(tasks);
    sorted.sort(Comparator.comparing(GpuTasks.Held::from));
    for (int i = 1; i < sorted.size(); i++) {
      assertThat(sorted.get(i).from()).isGreaterThanOrEqualTo(sorted.get(i - 1).to());
    }
    assertThat(sorted.stream().map(GpuTasks.Held::executor).distinct()).hasSize(1);
  }

  private static boolean overlaps(List<GpuTasks.Held> some, List<GpuTasks.Held> others) {
    return some.stream()
        .anyMatch(a -> others.stream().anyMatch(b -> a.from() < b.to() && b.from() < a.to()));
  }

  private static List<String> train(SmallRun run) {
    return stage("train", run);
  }

  private static List<String> stage(String name, SmallRun run, String... more) {
    List<String> args = new ArrayList<>(List.of(name, "--lake", run.lake().toString()));
    args.addAll(List.of("--checkpoint", SmallRun.MODEL.toString()));
    Stream.concat(run.assignments(SETTINGS).stream(), Stream.of(more))
        .forEach(setting -> args.addAll(List.of("--set", setting)));
    return args;
  }

  private static void await(Process driver, Path log, String what, BooleanSupplier condition) {
    StandaloneCluster.await(
        what,
        () -> {
          assertThat(driver.isAlive()).as(() -> "ended early: " + ChildJvm.text(log)).isTrue();
          return condition.getAsBoolean();
        });
  }

  private static boolean isTheMiddle(int step) {
    return step > 0 && step < STEPS;
  }

  /** Subjects with a saved state and no adapter yet. */
  private static Set<String> unfinished(SmallRun run) {
    Set<String> done = subjects(run, "adapters");
    Set<String> unfinished = subjects(run, "checkpoints");
    unfinished.removeAll(done);
    return unfinished;
  }

  /** Subjects with a file in one of the lake's folders. */
  private static Set<String> subjects(SmallRun run, String name) {
    return files(run.lake().resolve(name)).stream()
        .map(FanoutIT::subject)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** The folder that a file lies in. */
  private static String subject(String file) {
    return file.substring(0, file.indexOf('/'));
  }

  private static Map<String, AdapterRow> adapters(SmallRun run) {
    LakeTables tables = new LakeTables(TestSession.get(), run.lake().resolve("tables").toString());
    return tables.adapters().rows().stream()
        .collect(Collectors.toMap(AdapterRow::adapterId, row -> row));
  }

  private static RunRow lastRun(SmallRun run) {
    LakeTables tables = new LakeTables(TestSession.get(), run.lake().resolve("tables").toString());
    return tables.runs().rows().stream()
        .max(Comparator.comparing(RunRow::finishedAt))
        .orElseThrow();
  }

  private static Map<String, String> adapterHashes(Path lake) {
    Path adapters = lake.resolve("adapters");
    return files(adapters).stream()
        .collect(Collectors.toMap(name -> name, name -> Hashes.of(adapters.resolve(name))));
  }

  /** Paths of all finished files below a folder, relative to it. */
  private static List<String> files(Path parent) {
    return files(parent, SUFFIX);
  }

  private static List<String> files(Path parent, String suffix) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    while (true) {
      try (Stream<Path> paths = Files.walk(parent)) {
        return paths
            .filter(path -> path.toString().endsWith(suffix) && Files.isRegularFile(path))
            .map(path -> parent.relativize(path).toString())
            .toList();
      } catch (IOException | UncheckedIOException movedMeanwhile) {
        Thread.onSpinWait();
      }
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
