package io.atelier.worker;

import io.atelier.flux.Autoencoder;
import io.atelier.image.BucketShape;
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
import io.atelier.testing.DiskFileSystem;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.util.LongAccumulator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trainings of tiny adapters in a lake on this machine, as tasks do them, without Spark. */
record TinyTraining(Lake lake) {

  List<TrainedAdapter> train(int saveEvery, TrainingJob... jobs) {
    return train(new LongAccumulator(), saveEvery, jobs);
  }

  /** The same, with steps counted by {@code done}. */
  List<TrainedAdapter> train(LongAccumulator done, int saveEvery, TrainingJob... jobs) {
    ModelSpec model = new ModelSpec(SmallRun.MODEL.toString(), "random", Precision.FLOAT32, 8);
    return new TrainSubjects(model, task(done), saveEvery).apply(List.of(jobs).iterator());
  }

  TaskSettings task() {
    return task(new LongAccumulator());
  }

  private TaskSettings task(LongAccumulator done) {
    HadoopStore store = new HadoopStore(DiskFileSystem.configuration());
    return new TaskSettings(store, lake, "cpu", 1, done);
  }

  static TrainingJob job(String subject, int steps) {
    TrainConfig train =
        new TrainConfig(
            steps,
            1,
            1,
            Optimisation.DEFAULT,
            0,
            1,
            SigmaSampling.parse("logit-normal+flux-shift"),
            0,
            0,
            Validation.NONE);
    return new TrainingJob(
        "adapter-of-" + subject,
        "training-of-" + subject,
        "set",
        subject,
        List.of(),
        new LoraConfig(2, 2, Targets.ATTENTION),
        null,
        train,
        List.of(64),
        BucketShape.OWN,
        false,
        null,
        Map.of());
  }

  /** One photo of 4 x 8 latents, all of one value. */
  void writeSet(String subject, float latent) throws IOException {
    Path file = Path.of(lake.trainingSet(subject, "set").getPath());
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

  private static Tensor filled(float value, long... shape) {
    Tensor tensor = Torch.empty(ScalarType.Float, shape);
    tensor.fill_(Torch.number(value));
    return tensor;
  }
}
