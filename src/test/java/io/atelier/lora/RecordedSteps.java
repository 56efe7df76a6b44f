package io.atelier.lora;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What a training draws, for another program that is to take the same steps. */
public final class RecordedSteps {
  private RecordedSteps() {}

  /** A set of random photos of one size and of random captions. */
  public static TrainingSet photos(
      TransformerConfig config, int count, int latentSide, int textTokens) {
    JobRandom random = new JobRandom("photos");
    try (PointerScope scope = new PointerScope()) {
      List<TrainingSet.Photo> photos = new ArrayList<>();
      List<TrainingSet.Caption> captions = new ArrayList<>();
      for (int i = 0; i <= count; i++) {
        captions.add(
            new TrainingSet.Caption(
                random.normal("t5", 0, i, textTokens, config.jointAttentionDim()),
                random.normal("pooled", 0, i, config.pooledProjectionDim())));
      }
      for (int i = 0; i < count; i++) {
        long[] shape = {config.inChannels() / 4, latentSide, latentSide};
        Tensor mean = random.normal("mean", 0, i, shape);
        Tensor variance = random.normal("variance", 0, i, shape).sub(new Scalar(4.0));
        TrainingSet.View view = new TrainingSet.View(new Autoencoder.Moments(mean, variance), null);
        photos.add(new TrainingSet.Photo("photo-" + i, List.of(view), i));
      }
      return new TrainingSet(
          photos, captions.subList(0, count), captions.get(count), 0.1159, 0.3611);
    }
  }

  /**
   * Writes the adapter that a {@link Trainer} starts from, {@code start.<module>.lora_A} and {@code
   * lora_B}, and what each of its steps trains on, {@code <step>.latents}, {@code noise}, {@code
   * sigma}, {@code t5}, {@code pooled} and {@code rate}, from step 0. No accumulation.
   */
  public static void write(
      Path file,
      FluxTransformer model,
      TrainingSet set,
      LoraConfig lora,
      TrainConfig config,
      String jobKey) {
    JobRandom random = new JobRandom(jobKey);
    BatchPlan plan = new BatchPlan(set, new Holdout(set, config, random).seen(), config, random);
    Samples samples = new Samples(set, config, random);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    try (PointerScope scope = new PointerScope();
        Trainables start = Trainables.begin(model, lora, random)) {
      start.named(start.values()).forEach((name, value) -> tensors.put("start." + name, value));
      for (int step = 0; step < config.steps(); step++) {
        FlowLoss batch = samples.draw(plan.photos(step, 0), plan.level(step), step, 0);
        tensors.put(step + ".latents", batch.latents());
        tensors.put(step + ".noise", batch.noise());
        tensors.put(step + ".sigma", batch.sigma());
        tensors.put(step + ".t5", batch.t5());
        tensors.put(step + ".pooled", batch.pooled());
        tensors.put(step + ".rate", Torch.scalar((float) config.learningRateAt(step)));
      }
      SafetensorsWriter.write(
          file,
          tensors,
          Map.of(
              "rank", Integer.toString(lora.rank()),
              "alpha", Double.toString(lora.alpha()),
              "guidance", Double.toString(config.guidance()),
              "weight_decay", Double.toString(config.optimisation().weightDecay()),
              "clip_norm", Double.toString(config.optimisation().clipNorm())));
    }
  }
}
