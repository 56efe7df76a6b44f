package io.atelier.lora;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.bench.RandomFlux;
import io.atelier.flux.Autoencoder;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.T5Encoder;
import io.atelier.flux.TextEncoders;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.Compute;
import io.atelier.nn.PeakMemory;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Prints for several trainings how many bytes beside the models are estimated and how much the
 * process grows over one step. To be run where malloc gives every large block back to the system as
 * soon as it is freed.
 */
public final class StepCostProbe {
  private static final TransformerConfig FLUX =
      new TransformerConfig(2, 3, 64, 8, 64, null, 512, 256, true, List.of(8, 28, 28));
  private static final int TEXT_TOKENS = 256;
  private static final long SIDE = 40;
  static final String WARM_UP = "warm-up";
  private static final String WORD = "zufvok";

  private final Checkpoint checkpoint;

  private StepCostProbe(Path folder) throws IOException {
    writeCheckpoint(folder);
    checkpoint = Checkpoint.open(folder);
  }

  /** The folder for a checkpoint. */
  public static void main(String[] args) throws IOException {
    Torch.threads(1);
    StepCostProbe probe = new StepCostProbe(Path.of(args[0]));
    probe.adapters();
    probe.halfPrecision();
    probe.inversion();
  }

  private void adapters() {
    try (FluxTransformer model = FluxTransformer.load(checkpoint, Compute.CPU_FLOAT32);
        TrainingSet set = set(model.config())) {
      LoraConfig small = new LoraConfig(4, 4, Targets.DIFFUSERS);
      run(WARM_UP, adapter(model, set, small, Optimisation.Method.ADAMW, true));
      for (boolean checkpointing : new boolean[] {false, true}) {
        for (int rank : new int[] {4, 512}) {
          LoraConfig lora = new LoraConfig(rank, rank, Targets.DIFFUSERS);
          for (Optimisation.Method method : Optimisation.Method.values()) {
            String name = "float32 rank " + rank + " " + lower(method) + " " + checkpointing;
            run(name, adapter(model, set, lora, method, checkpointing));
          }
        }
        LoraConfig all = new LoraConfig(16, 16, Targets.ALL_BLOCKS);
        String name = "float32 all blocks " + checkpointing;
        run(name, adapter(model, set, all, Optimisation.Method.ADAMW, checkpointing));
      }
    }
  }

  /** One adapter only: processors without the type take their time for it. */
  private void halfPrecision() {
    try (FluxTransformer model =
            FluxTransformer.load(checkpoint, new Compute(Precision.BFLOAT16, "cpu"));
        TrainingSet set = set(model.config())) {
      LoraConfig lora = new LoraConfig(64, 64, Targets.DIFFUSERS);
      run(WARM_UP, adapter(model, set, lora, Optimisation.Method.ADAMW, true));
      for (boolean checkpointing : new boolean[] {false, true}) {
        String name = "bfloat16 rank 64 adamw " + checkpointing;
        run(name, adapter(model, set, lora, Optimisation.Method.ADAMW, checkpointing));
      }
    }
  }

  private void inversion() {
    Inversion inversion = new Inversion(WORD, "cat", 4, List.of("a zufvok"));
    TrainConfig config = config(Optimisation.Method.ADAMW);
    try (FluxTransformer model = FluxTransformer.load(checkpoint, Compute.CPU_FLOAT32);
        TextEncoders encoders = TextEncoders.load(checkpoint, Compute.CPU_FLOAT32);
        TrainingSet set = set(model.config())) {
      StepCost cost = StepCost.inversion(model, checkpoint, set, inversion, config);
      for (boolean checkpointing : new boolean[] {true, false, true}) {
        StepMemory memory = new StepMemory(checkpointing, 1);
        run(
            "inversion " + checkpointing,
            new Case(
                cost.growth(checkpointing, 1),
                () -> Trainer.inversion(model, encoders, set, inversion, config, "k", memory)));
      }
    }
  }

  private static String lower(Optimisation.Method method) {
    return method.name().toLowerCase(Locale.ROOT);
  }

  private record Case(long estimate, Supplier<Trainer> trainer) {}

  private static Case adapter(
      FluxTransformer model,
      TrainingSet set,
      LoraConfig lora,
      Optimisation.Method method,
      boolean checkpointing) {
    TrainConfig config = config(method);
    StepMemory memory = new StepMemory(checkpointing, 1);
    return new Case(
        StepCost.lora(model, set, null, lora, config).growth(checkpointing, 1),
        () -> new Trainer(model, set, null, lora, config, "k", memory));
  }

  private static void run(String name, Case measured) {
    System.gc();
    PeakMemory.reset("cpu");
    long before = PeakMemory.bytes("cpu");
    try (Trainer trainer = measured.trainer().get()) {
      trainer.step();
    }
    System.out.println(
        "%s\t%d\t%d".formatted(name, measured.estimate(), PeakMemory.bytes("cpu") - before));
  }

  private static TrainConfig config(Optimisation.Method method) {
    Optimisation optimisation = new Optimisation(method, 1e-4, LearningRate.CONSTANT, 0, 0, 1);
    return new TrainConfig(
        2, 1, 1, optimisation, 0, 1, SigmaSampling.UNIFORM, 0, 0, Validation.NONE);
  }

  private static TrainingSet set(TransformerConfig config) {
    JobRandom random = new JobRandom("set");
    try (PointerScope scope = new PointerScope()) {
      Tensor mean = random.normal("mean", 0, 0, config.latentChannels(), SIDE, SIDE);
      Autoencoder.Moments moments = new Autoencoder.Moments(mean, mean);
      TrainingSet.View view = new TrainingSet.View(moments, null);
      TrainingSet.Caption caption =
          new TrainingSet.Caption(
              random.normal("t5", 0, 0, TEXT_TOKENS, config.jointAttentionDim()),
              random.normal("pooled", 0, 0, config.pooledProjectionDim()));
      TrainingSet.Photo photo = new TrainingSet.Photo("photo", List.of(view), 0);
      return new TrainingSet(List.of(photo), List.of(caption), caption, 0, 1);
    }
  }

  /** The small checkpoint's tokenizers with larger networks of random weights. */
  private static void writeCheckpoint(Path folder) throws IOException {
    Path small = Golden.ROOT.resolve("flux-dev/checkpoint");
    for (String kept :
        List.of("model_index.json", "scheduler", "tokenizer", "tokenizer_2", "vae")) {
      copy(small, folder, kept);
    }
    try (PointerScope scope = new PointerScope()) {
      RandomFlux.write(folder, FLUX, torch.createCPUGenerator(0));
    }
    configure(
        small,
        folder,
        "text_encoder",
        Map.of("hidden_size", 256, "intermediate_size", 1024, "num_attention_heads", 4));
    configure(
        small,
        folder,
        "text_encoder_2",
        Map.of(
            "d_model",
            512,
            "d_ff",
            1280,
            "d_kv",
            64,
            "num_heads",
            8,
            "num_layers",
            12,
            "vocab_size",
            384));
    Checkpoint there = Checkpoint.open(folder);
    Weights clip = Weights.recording();
    new ClipTextEncoder(there.clip(), clip, Compute.CPU_FLOAT32).close();
    write(folder.resolve("text_encoder"), clip);
    Weights t5 = Weights.recording();
    new T5Encoder(there.t5(), t5, Compute.CPU_FLOAT32).close();
    write(folder.resolve("text_encoder_2"), t5);
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    try (Stream<Path> paths = Files.walk(from.resolve(name))) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static void configure(Path from, Path to, String component, Map<String, Integer> sizes)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode config =
        (ObjectNode) json.readTree(from.resolve(component + "/config.json").toFile());
    sizes.forEach(config::put);
    Path file = Files.createDirectories(to.resolve(component)).resolve("config.json");
    json.writeValue(file.toFile(), config);
  }

  private static void write(Path folder, Weights requested) {
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> weights = new TreeMap<>();
      JobRandom random = new JobRandom("weights");
      Map<String, List<Long>> names = new TreeMap<>(requested.requested());
      // Tied to shared.weight.
      names.remove("encoder.embed_tokens.weight");
      names.forEach(
          (name, sizes) -> {
            long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
            double deviation = shape.length == 2 ? 1 / Math.sqrt(shape[1]) : 1;
            weights.put(name, random.normal(name, 0, 0, shape).mul(new Scalar(deviation)));
          });
      SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, Map.of());
    }
  }
}
