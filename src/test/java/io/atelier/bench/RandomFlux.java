package io.atelier.bench;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A FLUX transformer with random weights and inputs for it, in the published file layout. */
public final class RandomFlux {
  static final TransformerConfig CONFIG =
      new TransformerConfig(3, 8, 128, 4, 64, null, 1024, 256, true, List.of(16, 56, 56));
  static final int TEXT_TOKENS = 128;
  private static final int LATENT_SIDE = 64;
  static final int IMAGE_TOKENS = (LATENT_SIDE / 2) * (LATENT_SIDE / 2);

  private RandomFlux() {}

  /** Writes {@code transformer/} and {@code inputs.safetensors}; returns the number of weights. */
  static long write(Path folder) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Generator generator = torch.createCPUGenerator(0);
      long weights = write(folder, CONFIG, generator);
      Path inputs = folder.resolve("inputs.safetensors");
      SafetensorsWriter.write(inputs, inputs(generator), Map.of("format", "pt"));
      return weights;
    }
  }

  /** Writes {@code transformer/} of any size; returns the number of weights. */
  public static long write(Path folder, TransformerConfig config, Generator generator)
      throws IOException {
    Path transformer = Files.createDirectories(folder.resolve("transformer"));
    Files.writeString(transformer.resolve("config.json"), json(config));
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> weights = weights(config, generator);
      Path file = transformer.resolve("diffusion_pytorch_model.safetensors");
      SafetensorsWriter.write(file, weights, Map.of("format", "pt"));
      return weights.values().stream().mapToLong(Tensor::numel).sum();
    }
  }

  /** Multiplications and additions of the linear layers over tokens and of the attention. */
  static double flop() {
    double width = CONFIG.innerDim();
    double tokens = IMAGE_TOKENS + TEXT_TOKENS;
    double blocks = CONFIG.numLayers() + CONFIG.numSingleLayers();
    return blocks * (2 * 12 * width * width * tokens + 4 * tokens * tokens * width);
  }

  private static SortedMap<String, Tensor> weights(TransformerConfig config, Generator generator) {
    SortedMap<String, Tensor> weights = new TreeMap<>();
    Weights recording = Weights.recording();
    try (FluxTransformer shape = new FluxTransformer(config, recording, Compute.CPU_FLOAT32)) {
      recording
          .requested()
          .forEach((name, sizes) -> weights.put(name, weight(name, sizes, generator)));
    }
    return weights;
  }

  private static Tensor weight(String name, List<Long> sizes, Generator generator) {
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    Tensor values = random(generator, shape);
    if (name.contains(".norm_")) {
      return values.mul(new Scalar(0.1)).add(new Scalar(1.0));
    }
    double deviation = shape.length == 2 ? 1 / Math.sqrt(shape[1]) : 0.02;
    return values.mul(new Scalar(deviation));
  }

  private static SortedMap<String, Tensor> inputs(Generator generator) {
    SortedMap<String, Tensor> inputs = new TreeMap<>();
    inputs.put("hidden_states", random(generator, 1, IMAGE_TOKENS, CONFIG.inChannels()));
    inputs.put(
        "encoder_hidden_states", random(generator, 1, TEXT_TOKENS, CONFIG.jointAttentionDim()));
    inputs.put("pooled_projections", random(generator, 1, CONFIG.pooledProjectionDim()));
    inputs.put("timestep", Torch.tensor(new float[] {0.75f}, 1));
    inputs.put("guidance", Torch.tensor(new float[] {3.5f}, 1));
    inputs.put("img_ids", Latents.imageIds(LATENT_SIDE, LATENT_SIDE));
    inputs.put("txt_ids", Latents.textIds(TEXT_TOKENS));
    return inputs;
  }

  private static Tensor random(Generator generator, long... shape) {
    TensorOptions float32 = new TensorOptions(ScalarType.Float);
    return torch.randn(shape, new GeneratorOptional(generator), float32);
  }

  private static String json(TransformerConfig config) {
    return """
        {
          "_class_name": "FluxTransformer2DModel",
          "attention_head_dim": %d,
          "axes_dims_rope": %s,
          "guidance_embeds": %b,
          "in_channels": %d,
          "joint_attention_dim": %d,
          "num_attention_heads": %d,
          "num_layers": %d,
          "num_single_layers": %d,
          "patch_size": 1,
          "pooled_projection_dim": %d
        }
        """
        .formatted(
            config.attentionHeadDim(),
            config.axesDimsRope(),
            config.guidanceEmbeds(),
            config.inChannels(),
            config.jointAttentionDim(),
            config.numAttentionHeads(),
            config.numLayers(),
            config.numSingleLayers(),
            config.pooledProjectionDim());
  }
}
