package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.flux.Autoencoder;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.TrainStep;
import io.atelier.nn.Torch;
import io.atelier.store.Lake;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.util.LongAccumulator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainSubjectsTest {
  private static final int STEPS = 20;

  @TempDir Path folder;
  private Lake lake;
  private TinyTraining tiny;

  @BeforeEach
  void opensALake() {
    lake = Lake.at(folder.resolve("lake").toString());
    tiny = new TinyTraining(lake);
  }

  @Test
  void aSubjectThatNeedsMoreMemoryThanThereIsFailsAloneAfterASecondTry() throws IOException {
    writeSet("huge");
    enlarge(Path.of(lake.trainingSet("huge", "set")), "photo.0.view.0.mean", 1L << 17);
    writeSet("good");

    List<TrainedAdapter> results = train(2, job("huge"), job("good"));

    TrainedAdapter huge = results.get(0);
    assertThat(huge.trained()).isFalse();
    assertThat(huge.reason()).startsWith("OUT_OF_MEMORY: ").contains("allocate memory");
    assertThat(huge.effort().ranOutOfMemory()).isTrue();
    TrainedAdapter good = results.get(1);
    assertThat(good.trained()).isTrue();
    assertThat(good.effort().ranOutOfMemory()).isFalse();
    assertThat(good.effort().peakMemory()).isPositive();
  }

  @Test
  void aTrainingThatRanOutOfMemoryIsDoneWithAsLittleAsPossible() throws IOException {
    writeSet("ana");
    LongAccumulator done = new OutOfMemoryOnce(STEPS / 2);

    TrainedAdapter ana = tiny.train(done, 2, job("ana")).get(0);

    assertThat(ana.trained()).isTrue();
    assertThat(ana.effort().ranOutOfMemory()).isTrue();
    assertThat(ana.effort().checkpointed()).isTrue();
    assertThat(ana.effort().resumedFrom()).isBetween(STEPS / 2 - 2, STEPS / 2);
    assertThat(ana.steps()).hasSize(STEPS);
    assertThat(done.value()).as("progress counts no step twice").isEqualTo(STEPS);
    assertThat(train(2, job("ana")).get(0).effort().checkpointed()).as("a state's").isTrue();
  }

  /** Memory runs out in one of the steps. */
  private static final class OutOfMemoryOnce extends LongAccumulator {
    private static final long serialVersionUID = 1L;
    private int left;

    OutOfMemoryOnce(int left) {
      this.left = left;
    }

    @Override
    public void add(long steps) {
      if (steps == 1 && left-- == 0) {
        throw new OutOfMemoryError("can't allocate memory");
      }
      super.add(steps);
    }
  }

  @Test
  void aLorasTrainingLoadsNeitherTextEncodersNorTheAutoencoder() throws IOException {
    writeSet("ana");
    long transformers = ModelHost.loads(FluxTransformer.class);
    long others = ModelHost.loads(TextEncoders.class) + ModelHost.loads(Autoencoder.class);

    assertThat(train(0, job("ana")).get(0).trained()).isTrue();

    assertThat(ModelHost.loads(FluxTransformer.class) - transformers).isBetween(0L, 1L);
    assertThat(ModelHost.loads(TextEncoders.class) + ModelHost.loads(Autoencoder.class))
        .isEqualTo(others);
  }

  @Test
  void aTrainingGoesOnFromItsSavedStateWithAllStepsInItsResult() throws IOException {
    writeSet("ana");
    TrainedAdapter whole = train(2, job("ana")).get(0);
    assertThat(whole.effort().resumedFrom()).isZero();
    assertThat(state("ana")).isRegularFile();

    TrainedAdapter again = train(2, job("ana")).get(0);

    assertThat(again.effort().resumedFrom()).isEqualTo(STEPS);
    assertThat(again.steps()).hasSize(STEPS).isEqualTo(whole.steps());
    assertThat(again.sha256()).isEqualTo(whole.sha256());
  }

  @Test
  void aTrainingThatGoesOnSumsUpWhatItsTasksSpentAndLeavesTheAdapterAsItIs() throws IOException {
    writeSet("ana");
    TrainedAdapter first = train(2, job("ana")).get(0);
    assertThat(first.effort().attempts()).isEqualTo(1);
    assertThat(first.effort().seconds()).isPositive();
    assertThat(first.effort().gpuSeconds()).isZero();
    // A task on a GPU that was killed later.
    EffortLog killed = new EffortLog(tiny.task(), job("ana"));
    killed.note(new EffortLog.Spent(Effort.Meter.LOCAL, "cuda:3", 1000, 1, 2, false));
    killed.note(new EffortLog.Spent(Effort.Meter.LOCAL, "cuda:3", 2000, 1, 4, false));
    Path log = Path.of(tiny.task().lake().efforts(job("ana").subjectId(), job("ana").trainingId()));
    Files.createFile(log.resolve(".killed-while-writing.tmp"));

    TrainedAdapter last = train(2, job("ana")).get(0);

    assertThat(last.effort().attempts()).isEqualTo(3);
    assertThat(last.effort().seconds()).isGreaterThan(2000 + first.effort().seconds());
    assertThat(last.effort().gpuSeconds()).isEqualTo(2000);
    assertThat(last.sha256()).isEqualTo(first.sha256());
  }

  @Test
  void aTrainingOnWhichTasksDieAtTheSameStepIsGivenUpAndTriedAgainLater() throws IOException {
    writeSet("ana");
    writeSet("ben");
    for (int death = 1; death <= 3; death++) {
      new EffortLog(tiny.task(), job("ana"))
          .note(new EffortLog.Spent(Effort.Meter.LOCAL, "cpu", 1, death, 2, false));
    }

    List<TrainedAdapter> results = train(2, job("ana"), job("ben"));

    assertThat(results.get(0).trained()).isFalse();
    assertThat(results.get(0).reason())
        .startsWith(
            "OUT_OF_MEMORY: 3 tasks in a row were killed on this training at the same step");
    assertThat(results.get(1).trained()).isTrue();
    assertThat(train(2, job("ana")).get(0).trained()).as("in the next run").isTrue();
  }

  @Test
  void afterTwoDeathsAtTheSameStepATrainingTakesAsLittleMemoryAsPossible() throws IOException {
    writeSet("ana");
    EffortLog log = new EffortLog(tiny.task(), job("ana"));
    log.note(new EffortLog.Spent(Effort.Meter.LOCAL, "cpu", 1, 1, 2, false));
    assertThat(train(2, job("ana")).get(0).effort().checkpointed()).as("after one").isFalse();
    Files.delete(state("ana"));
    for (int death = 1; death <= 2; death++) {
      new EffortLog(tiny.task(), job("ana"))
          .note(
              new EffortLog.Spent(Effort.Meter.LOCAL, "cpu", 1, Long.MAX_VALUE - death, 2, false));
    }

    TrainedAdapter ana = train(2, job("ana")).get(0);

    assertThat(ana.trained()).isTrue();
    assertThat(ana.effort().checkpointed()).isTrue();
    assertThat(ana.effort().ranOutOfMemory()).isFalse();
  }

  @Test
  void tasksThatDiedWithAnotherApplicationDoNotEndATraining() throws IOException {
    writeSet("ana");
    for (int death = 1; death <= 4; death++) {
      new EffortLog(tiny.task(), job("ana"))
          .note(new EffortLog.Spent("application-" + death, "cpu", 1, death, 2, false));
    }

    TrainedAdapter ana = train(2, job("ana")).get(0);

    assertThat(ana.trained()).isTrue();
    assertThat(ana.effort().checkpointed()).isFalse();
    assertThat(ana.effort().attempts()).isEqualTo(5);
  }

  @Test
  void aTaskThatWentOnFromASavedStateAndDiedCountsAtThatStep() throws IOException {
    writeSet("ana");
    List<TrainStep> history = new ArrayList<>();
    for (int step = 1; step <= 4; step++) {
      history.add(new TrainStep(step, 1, 1, 1e-3, 0.5, null));
    }
    new EffortLog(tiny.task(), job("ana"))
        .note(new EffortLog.Spent(Effort.Meter.LOCAL, "cpu", 1, 1, 4, false));
    for (int death = 2; death <= 3; death++) {
      Effort.Meter meter = new Effort.Meter("cpu", new EffortLog(tiny.task(), job("ana")));
      assertThat(meter.deaths()).isEqualTo(death - 1);
      meter.resumed(history);
    }
    assertThat(new EffortLog(tiny.task(), job("ana")).deaths(Effort.Meter.LOCAL)).isEqualTo(3);
  }

  @Test
  void tasksThatDieWhileATrainingGetsFurtherDoNotEndIt() throws IOException {
    writeSet("ana");
    for (int death = 1; death <= 4; death++) {
      new EffortLog(tiny.task(), job("ana"))
          .note(new EffortLog.Spent(Effort.Meter.LOCAL, "cpu", 1, death, 2 * death, false));
    }

    assertThat(train(2, job("ana")).get(0).trained()).isTrue();
  }

  @Test
  void aTaskCountsFromItsStartAndWhatAFailedOneSpentIsKnownToTheNext() throws IOException {
    tiny.writeSet("ana", Float.NaN);
    TrainedAdapter first = train(0, job("ana")).get(0);
    TrainedAdapter second = train(0, job("ana")).get(0);
    assertThat(List.of(first.trained(), second.trained())).containsOnly(false);
    assertThat(second.effort().attempts()).isEqualTo(2);
    assertThat(second.effort().seconds()).isGreaterThan(first.effort().seconds());
  }

  @Test
  void aStateThatIsBrokenOrOfAnotherJobIsLeftAlone() throws IOException {
    writeSet("ana");
    writeSet("ben");
    TrainedAdapter ana = train(2, job("ana")).get(0);
    TrainedAdapter ben = train(2, job("ben")).get(0);

    Files.copy(state("ana"), state("ben"), StandardCopyOption.REPLACE_EXISTING);
    byte[] bytes = Files.readAllBytes(state("ana"));
    Files.write(state("ana"), Arrays.copyOf(bytes, bytes.length / 2));
    List<TrainedAdapter> again = train(2, job("ana"), job("ben"));

    assertThat(again.get(0).effort().resumedFrom()).isZero();
    assertThat(again.get(0).sha256()).isEqualTo(ana.sha256());
    assertThat(again.get(1).effort().resumedFrom()).isZero();
    assertThat(again.get(1).sha256()).isEqualTo(ben.sha256());
  }

  @Test
  void latentsThatAreNotFiniteOrNotWholeFailAloneAndDamagedOnesAreEncodedAgain()
      throws IOException {
    tiny.writeSet("diverging", Float.NaN);
    writeSet("torn");
    writeSet("good");
    Path torn = Path.of(lake.trainingSet("torn", "set"));
    Files.write(torn, Arrays.copyOf(Files.readAllBytes(torn), 500));

    List<TrainedAdapter> results = train(2, job("diverging"), job("torn"), job("good"));

    assertThat(results).extracting(TrainedAdapter::trained).containsExactly(false, false, true);
    assertThat(results.get(0).reason()).startsWith("TRAINING_DIVERGED");
    assertThat(results.get(1).reason()).startsWith("BAD_SAFETENSORS");
    assertThat(torn).doesNotExist();
  }

  @Test
  void savesNothingWhenToldSo() throws IOException {
    writeSet("ana");
    assertThat(train(0, job("ana")).get(0).trained()).isTrue();
    assertThat(state("ana")).doesNotExist();
  }

  @Test
  void knowsTheWordsOfLibtorchForWantOfMemory() {
    Throwable failure =
        catchThrowable(
            () -> {
              try (PointerScope scope = new PointerScope()) {
                Torch.empty(ScalarType.Byte, 1L << 46);
              }
            });
    assertThat(OutOfMemory.is(failure)).as(String.valueOf(failure)).isTrue();
    assertThat(OutOfMemory.is(new RuntimeException("CUDA out of memory. Tried to allocate 2 GiB")))
        .isTrue();
    assertThat(OutOfMemory.is(new IllegalStateException(new OutOfMemoryError("Java heap space"))))
        .isTrue();
    assertThat(OutOfMemory.is(new RuntimeException("shapes do not fit"))).isFalse();
  }

  private List<TrainedAdapter> train(int saveEvery, TrainingJob... jobs) {
    return tiny.train(saveEvery, jobs);
  }

  private static TrainingJob job(String subject) {
    return TinyTraining.job(subject, STEPS);
  }

  private Path state(String subject) {
    return Path.of(lake.checkpoint(subject, "training-of-" + subject));
  }

  private void writeSet(String subject) throws IOException {
    tiny.writeSet(subject, 0.5f);
  }

  /** Gives a tensor of a file a terabyte of zeros, which take no room on the disk. */
  private static void enlarge(Path file, String name, long side) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[(int) bytes.getLong()];
    bytes.get(text);
    ObjectNode header = (ObjectNode) new ObjectMapper().readTree(text);
    List<ObjectNode> tensors = new ArrayList<>();
    header.forEach(
        entry -> {
          if (entry.has("data_offsets")) {
            tensors.add((ObjectNode) entry);
          }
        });
    tensors.sort(Comparator.comparing(tensor -> tensor.get("data_offsets").get(0).asLong()));
    ((ObjectNode) header.get(name)).putArray("shape").add(16).add(side).add(side);
    long end = 0;
    for (ObjectNode tensor : tensors) {
      long size = Float.BYTES;
      for (JsonNode length : tensor.get("shape")) {
        size *= length.asLong();
      }
      tensor.putArray("data_offsets").add(end).add(end + size);
      end += size;
    }
    byte[] changed = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(8 + changed.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(changed.length).put(changed);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(start.capacity() + end);
      out.write(start.array());
    }
  }
}
