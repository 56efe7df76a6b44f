package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.ClipConfig;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.T5Config;
import io.atelier.flux.T5Encoder;
import io.atelier.flux.TransformerConfig;
import io.atelier.flux.VaeConfig;
import io.atelier.nn.Compute;
import io.atelier.nn.Leaves;
import io.atelier.nn.Weights;

/**
 * Networks for one pass on leaves that stay float32. They compute in bfloat16 where the processor
 * does that itself (AVX-512 BF16, AMX: two to three times as fast as float32), else in float32
 * (without such instructions bfloat16 takes many times longer).
 */
final class Mixed {
  private static final Compute FASTEST = Compute.CPU_FASTEST;

  private Mixed() {}

  static Autoencoder vae(VaeConfig config, Leaves leaves) {
    return new Autoencoder(config, weights(VaeStage.COMPONENT, leaves), FASTEST);
  }

  static FluxTransformer transformer(TransformerConfig config, Leaves leaves) {
    return new FluxTransformer(config, weights(FlowStage.COMPONENT, leaves), FASTEST);
  }

  static PortraitNetwork portrait(Leaves leaves) {
    return new PortraitNetwork(weights(PortraitNetwork.COMPONENT, leaves), FASTEST);
  }

  static ClipTextEncoder clip(ClipConfig config, Leaves leaves) {
    return new ClipTextEncoder(config, weights(TextStage.CLIP, leaves), FASTEST);
  }

  static T5Encoder t5(T5Config config, Leaves leaves) {
    return new T5Encoder(config, weights(TextStage.T5, leaves), FASTEST);
  }

  private static Weights weights(String component, Leaves leaves) {
    return leaves.weights(component, FASTEST.precision());
  }
}
