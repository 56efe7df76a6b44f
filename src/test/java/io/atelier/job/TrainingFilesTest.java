package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.worker.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFilesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final TrainingJob PLANNED =
      TestRows.training("adapter", "planned", "set", "ana", null);
  private static final TrainingJob DONE =
      TestRows.training("adapter", "done", "other-set", "ben", null);

  @TempDir Path lake;

  private TrainingFiles files() {
    JobContext context =
        new JobContext(
            null,
            Lake.at(lake.toString()),
            new HadoopStore(new Configuration()),
            null,
            null,
            "run",
            "command",
            Clock.fixed(NOW, ZoneOffset.UTC),
            null);
    return new TrainingFiles(context, Set.of("adapters/ana/adapter.safetensors"));
  }

  @Test
  void aSweepLeavesWhatThisRunNeedsAndWhatAnotherMayBeAtWorkOn() throws IOException {
    write("checkpoints/ana/planned.safetensors", 30);
    write("checkpoints/ana/planned/task.json", 30);
    write("checkpoints/ana/unplanned.safetensors", 6);
    write("latents/ana/set.safetensors", 30);
    write("latents/ana/unplanned.safetensors", 6);
    write("adapters/ana/adapter.safetensors", 30);
    write("adapters/ana/without-a-row.safetensors", 6);
    write("adapters/ana/.part.tmp", 6);
    List<String> before = left();

    files().sweep(List.of(PLANNED, DONE), Set.of("done"));

    assertThat(left()).isEqualTo(before);
  }

  @Test
  void aSweepDeletesWhatIsDoneOrHasBeenLeftForLong() throws IOException {
    write("checkpoints/ben/done.safetensors", 0);
    write("checkpoints/ben/done/task.json", 0);
    write("checkpoints/ana/unplanned.safetensors", 8);
    write("checkpoints/ana/.part.tmp", 8);
    write("latents/ana/unplanned.safetensors", 8);
    write("latents/ana/.part.tmp", 8);
    write("adapters/ana/without-a-row.safetensors", 8);
    write("adapters/ana/.part.tmp", 8);

    files().sweep(List.of(PLANNED, DONE), Set.of("done"));

    assertThat(left()).isEmpty();
  }

  @Test
  void aSweepOfAnEmptyLakeDoesNothing() throws IOException {
    files().sweep(List.of(PLANNED), Set.of());

    assertThat(left()).isEmpty();
  }

  @Test
  void nothingOfASubjectThatIsForgottenStaysAndAllOfTheOthers() throws IOException {
    write("checkpoints/ana/planned.safetensors", 0);
    write("checkpoints/ana/planned/task.json", 0);
    write("latents/ana/set.safetensors", 0);
    write("latents/ben/other-set.safetensors", 0);
    write("adapters/ana/adapter.safetensors", 0);
    write("adapters/ana/without-a-row.safetensors", 0);
    write("adapters/ben/without-a-row.safetensors", 0);

    files().forget("ana");

    assertThat(left())
        .containsExactly(
            "adapters/ana/adapter.safetensors",
            "adapters/ben/without-a-row.safetensors",
            "latents/ben/other-set.safetensors");
  }

  @Test
  void anAdapterIsLostIfARowSpeaksOfItAndItIsNotThere() throws IOException {
    assertThat(files().lost()).containsExactly("adapters/ana/adapter.safetensors");

    write("adapters/ana/without-a-row.safetensors", 0);
    assertThat(files().lost()).hasSize(1);

    write("adapters/ana/adapter.safetensors", 0);
    assertThat(files().lost()).isEmpty();
  }

  private void write(String name, int daysOld) throws IOException {
    Path file = lake.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(daysOld))));
  }

  private List<String> left() throws IOException {
    try (Stream<Path> all = Files.walk(lake)) {
      return all.filter(Files::isRegularFile)
          .map(file -> lake.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
