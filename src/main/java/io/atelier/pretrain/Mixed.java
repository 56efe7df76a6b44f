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
import io.atelier.nn.Precision;
import io.atelier.nn.Weights;

/**
 * Networks for one pass, computing in bfloat16 on leaves that stay float32: two to three times as
 * fast as float32 on a CPU with AVX-512 BF16.
 */
final class Mixed {
  private static final Compute BFLOAT16 = new Compute(Precision.BFLOAT16, "cpu");

  private Mixed() {}

  static Autoencoder vae(VaeConfig config, Leaves leaves) {
    return new Autoencoder(config, weights(VaeStage.COMPONENT, leaves), BFLOAT16);
  }

  static FluxTransformer transformer(TransformerConfig config, Leaves leaves) {
    return new FluxTransformer(config, weights(FlowStage.COMPONENT, leaves), BFLOAT16);
  }

  static PortraitNetwork portrait(Leaves leaves) {
    return new PortraitNetwork(weights(PortraitNetwork.COMPONENT, leaves), BFLOAT16);
  }

  static ClipTextEncoder clip(ClipConfig config, Leaves leaves) {
    return new ClipTextEncoder(config, weights(TextStage.CLIP, leaves), BFLOAT16);
  }

  static T5Encoder t5(T5Config config, Leaves leaves) {
    return new T5Encoder(config, weights(TextStage.T5, leaves), BFLOAT16);
  }

  private static Weights weights(String component, Leaves leaves) {
    return leaves.weights(component, BFLOAT16.precision());
  }
}
