package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.flux.Autoencoder;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Optimisation;
import io.atelier.lora.SigmaSampling;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.TrainingSet;
import io.atelier.lora.Validation;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.testing.SmallRun;
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
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.LongAccumulator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainSubjectsTest {
  private static final int STEPS = 20;

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void opensALake() {
    lake = Lake.at(folder.resolve("lake").toString());
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
    writeSet("diverging", Float.NaN);
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
    ModelSpec model = new ModelSpec(SmallRun.MODEL.toString(), "random", Precision.FLOAT32, 8);
    TaskSettings task =
        new TaskSettings(
            new HadoopStore(new Configuration()), lake, "cpu", 1, new LongAccumulator());
    return new TrainSubjects(model, task, saveEvery).apply(List.of(jobs).iterator());
  }

  private static TrainingJob job(String subject) {
    Optimisation optimisation = Optimisation.DEFAULT;
    TrainConfig train =
        new TrainConfig(
            STEPS,
            1,
            1,
            optimisation,
            0,
            1,
            SigmaSampling.parse("logit-normal+flux-shift"),
            0,
            0,
            Validation.NONE);
    return new TrainingJob(
        "adapter-of-" + subject,
        "set",
        subject,
        List.of(),
        new LoraConfig(2, 2, Targets.ATTENTION),
        null,
        train,
        List.of(64),
        false,
        null,
        Map.of());
  }

  private Path state(String subject) {
    return Path.of(lake.checkpoint(subject, "adapter-of-" + subject));
  }

  /** One photo of 4 x 8 latents. */
  private void writeSet(String subject) throws IOException {
    writeSet(subject, 0.5f);
  }

  private void writeSet(String subject, float latent) throws IOException {
    Path file = Path.of(lake.trainingSet(subject, "set"));
    Files.createDirectories(file.getParent());
    try (PointerScope scope = new PointerScope()) {
      Tensor mean = filled(latent, 16, 4, 8);
      Tensor variance = filled(-4, 16, 4, 8);
      TrainingSet.View view = new TrainingSet.View(new Autoencoder.Moments(mean, variance), null);
      TrainingSet.Caption caption = new TrainingSet.Caption(filled(0.1f, 8, 32), filled(0.2f, 24));
      TrainingSet.Photo photo = new TrainingSet.Photo("photo", List.of(view), 0);
      try (TrainingSet set = new TrainingSet(List.of(photo), List.of(caption), caption, 0, 1)) {
        set.write(file);
      }
    }
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

  private static Tensor filled(float value, long... shape) {
    Tensor tensor = Torch.empty(ScalarType.Float, shape);
    tensor.fill_(Torch.number(value));
    return tensor;
  }
}
