package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.nn.Compute;
import io.atelier.nn.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors that a network needs, by published name and shape. The list is what the constructors
 * truly ask for: they run against {@link Weights#recording}, so it cannot drift from the code.
 */
public final class ExpectedTensors {
  private ExpectedTensors() {}

  /** Names and shapes of the transformer's tensors, sorted by name. */
  public static Map<String, List<Long>> of(TransformerConfig config) {
    try (Weights weights = Weights.recording();
        FluxTransformer network = new FluxTransformer(config, weights, Compute.CPU_FLOAT32)) {
      return new TreeMap<>(weights.requested());
    }
  }

  /** Names and shapes of the autoencoder's tensors, sorted by name. */
  public static Map<String, List<Long>> of(VaeConfig config) {
    try (Weights weights = Weights.recording();
        Autoencoder network = new Autoencoder(config, weights, Compute.CPU_FLOAT32)) {
      return new TreeMap<>(weights.requested());
    }
  }

  /** Names and shapes of the CLIP text encoder's tensors, without {@code text_model.}, sorted. */
  public static Map<String, List<Long>> of(ClipConfig config) {
    try (Weights weights = Weights.recording();
        ClipTextEncoder network = new ClipTextEncoder(config, weights, Compute.CPU_FLOAT32)) {
      return new TreeMap<>(weights.requested());
    }
  }

  /**
   * Names and shapes of the T5 encoder's tensors, both names of the tied table included, sorted.
   */
  public static Map<String, List<Long>> of(T5Config config) {
    try (Weights weights = Weights.recording();
        T5Encoder network = new T5Encoder(config, weights, Compute.CPU_FLOAT32)) {
      return new TreeMap<>(weights.requested());
    }
  }

  /**
   * Compares the headers of a component's files with what its network asks for; loads nothing.
   *
   * @return null if they agree, else what is missing, misshapen or unexpected
   */
  static String problem(Checkpoint checkpoint, Component component) {
    if (!component.hasWeights()) {
      return null;
    }
    try (Weights weights = checkpoint.headers(component)) {
      build(checkpoint, component, weights);
      return null;
    } catch (AtelierException e) {
      return e.getMessage();
    }
  }

  private static void build(Checkpoint from, Component component, Weights weights) {
    Compute compute = Compute.CPU_FLOAT32;
    switch (component) {
      case TRANSFORMER -> new FluxTransformer(from.transformer(), weights, compute).close();
      case VAE -> new Autoencoder(from.vae(), weights, compute).close();
      case TEXT_ENCODER -> new ClipTextEncoder(from.clip(), weights, compute).close();
      case TEXT_ENCODER_2 -> new T5Encoder(from.t5(), weights, compute).close();
      default -> throw new IllegalArgumentException(component + " has no weights");
    }
  }
}
