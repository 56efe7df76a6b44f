package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.store.Lake;
import io.atelier.testing.ChildJvm;
import io.atelier.testing.DiskFileSystem;
import io.atelier.testing.StandaloneCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks on a lake that is not on this machine leave on it. */
class LocalFilesTest {
  private static final int ENDLESS = 1_000_000;

  @TempDir Path folder;
  private TinyTraining remote;

  @BeforeEach
  void opensALakeElsewhere() {
    remote = new TinyTraining(lake(folder));
  }

  private static Lake lake(Path folder) {
    return new Lake(DiskFileSystem.uri(folder, "lake"));
  }

  @Test
  void aCopyIsForItsUserAloneAndGoneWithItsUnit() throws IOException {
    URI file = remote.lake().trainingSet("ana", "1");
    remote.task().store().publish(file, new byte[] {1, 2, 3});
    Path copy;
    try (LocalFiles files = new LocalFiles(remote.task())) {
      copy = files.of(file);
      assertThat(copy).hasBinaryContent(new byte[] {1, 2, 3}).isNotEqualTo(Path.of(file.getPath()));
      assertThat(files.of(file)).as("one copy a unit").isEqualTo(copy);
      Path root = copy.getParent().getParent().getParent();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
          .isEqualTo("rwx------");
    }
    assertThat(copy).doesNotExist();
    assertThat(copy.getParent().getParent()).doesNotExist();
    assertThat(Path.of(file.getPath())).exists();
  }

  @Test
  void aFileOfThisMachineIsNotCopiedAndStays() throws IOException {
    URI file = new Lake(folder.resolve("here").toUri()).trainingSet("ana", "1");
    remote.task().store().publish(file, new byte[] {1});
    try (LocalFiles files = new LocalFiles(remote.task())) {
      assertThat(files.of(file)).isEqualTo(Path.of(file));
    }
    assertThat(Path.of(file)).exists();
  }

  @Test
  void aScratchFileIsGoneAlsoWhenItsUseFails() {
    Path[] used = {null};
    assertThatThrownBy(
            () ->
                ScratchFile.publish(
                    remote.task().store(),
                    remote.lake().trainingSet("ana", "1"),
                    file -> {
                      used[0] = file;
                      throw new UncheckedIOException(new IOException("full"));
                    }))
        .hasMessageContaining("full");
    assertThat(used[0].getParent()).doesNotExist();
  }

  @Test
  void trainingsLeaveNothingBehindWhetherTheyFailOrNot() throws Exception {
    remote.writeSet("good", 0.5f);
    remote.writeSet("diverging", Float.NaN);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));

    Path log = folder.resolve("log");
    Process tasks = start(temporary, log, Finite.class);
    assertThat(tasks.waitFor()).as(() -> ChildJvm.text(log)).isZero();

    assertThat(ChildJvm.text(log)).contains("good true", "diverging false");
    assertThat(everything(Path.of(remote.lake().adapters("good").getPath())))
        .filteredOn(Files::isRegularFile)
        .singleElement()
        .satisfies(
            file -> assertThat(file.getFileName()).asString().startsWith("adapter-of-good-"));
    assertThat(everything(temporary)).as("files beside the lock").noneMatch(LocalFilesTest::isData);
  }

  @Test
  void whatAJvmThatWasToldToEndLeftIsDeletedAsWell() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process ended = start(temporary, folder.resolve("log"), Holding.class);
    StandaloneCluster.await(
        "a file", () -> everything(temporary).stream().anyMatch(LocalFilesTest::isData));
    // Not Process.destroy, which closes the input first, at which the child halts.
    ended.toHandle().destroy();
    ended.waitFor();
    List<Path> left = everything(temporary).stream().filter(LocalFilesTest::isData).toList();
    assertThat(left).hasSize(1);

    Process next = start(temporary, folder.resolve("next log"), Sweeping.class);
    assertThat(next.waitFor()).isZero();

    assertThat(left.get(0)).doesNotExist();
    assertThat(everything(temporary)).noneMatch(LocalFilesTest::isData);
  }

  private static boolean isData(Path path) {
    return Files.isRegularFile(path) && !path.toString().endsWith("lock");
  }

  @Test
  void theNextTaskDeletesWhatAKilledOneLeftAndNotWhatALivingOneNeeds() throws Exception {
    remote.writeSet("good", 0.5f);
    remote.writeSet("diverging", Float.NaN);
    remote.writeSet("endless", 0.5f);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path log = folder.resolve("log");
    Process killed = start(temporary, log, Endless.class);
    StandaloneCluster.await("a copy of the latents", () -> copies(temporary).size() == 1);
    killed.destroyForcibly().waitFor();
    List<Path> left = copies(temporary);
    assertThat(left).hasSize(1);
    Process living = start(temporary, folder.resolve("living log"), Endless.class);
    StandaloneCluster.await(
        "the other copy's end and a new one",
        () -> !Files.exists(left.get(0)) && copies(temporary).size() == 1);
    List<Path> needed = copies(temporary);
    try {
      Path next = folder.resolve("next log");
      assertThat(start(temporary, next, Finite.class).waitFor()).isZero();
      assertThat(ChildJvm.text(next)).contains("good true");
      assertThat(living.isAlive()).isTrue();
      assertThat(copies(temporary)).isEqualTo(needed);
    } finally {
      living.destroyForcibly().waitFor();
    }
  }

  /** Two trainings that end. */
  public static final class Finite {
    private Finite() {}

    public static void main(String[] args) {
      TinyTraining tiny = new TinyTraining(lake(Path.of(args[0])));
      for (String subject : List.of("good", "diverging")) {
        TrainedAdapter result = tiny.train(2, TinyTraining.job(subject, 20)).get(0);
        System.out.println(subject + " " + result.trained());
      }
    }
  }

  /** Something that is written and never finished. */
  public static final class Holding {
    private Holding() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      Path mine = Files.createDirectory(Scratch.unused());
      Files.writeString(mine.resolve("data"), "somebody's");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** The start of a task. */
  public static final class Sweeping {
    private Sweeping() {}

    public static void main(String[] args) {
      Scratch.sweep();
    }
  }

  /** A training that does not end. */
  public static final class Endless {
    private Endless() {}

    public static void main(String[] args) {
      new TinyTraining(lake(Path.of(args[0]))).train(0, TinyTraining.job("endless", ENDLESS));
    }
  }

  private Process start(Path temporary, Path log, Class<?> main) {
    return new ChildJvm()
        .option("-Djava.io.tmpdir=" + temporary)
        .option("-Xmx512m")
        .start(log, main, List.of(folder.toString()));
  }

  /** Training sets below a folder. */
  private static List<Path> copies(Path temporary) {
    return everything(temporary).stream()
        .filter(path -> path.getFileName().toString().equals("set.safetensors"))
        .toList();
  }

  private static List<Path> everything(Path temporary) {
    while (true) {
      try (Stream<Path> paths = Files.walk(temporary)) {
        return paths.filter(path -> !path.equals(temporary)).toList();
      } catch (IOException | UncheckedIOException deletedMeanwhile) {
        Thread.onSpinWait();
      }
    }
  }
}
