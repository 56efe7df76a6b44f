package io.atelier.flux;

import io.atelier.nn.Conv2d;
import io.atelier.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Latents to image (diffusers {@code Decoder}). */
final class VaeDecoder {
  private final List<UnaryOperator<Tensor>> steps = new ArrayList<>();

  VaeDecoder(Parameters p, VaeConfig config) {
    List<Integer> widths = config.blockOutChannels();
    int groups = config.normNumGroups();
    int width = widths.get(widths.size() - 1);
    Conv2d first = Conv2d.same(p, "decoder.conv_in", config.latentChannels(), width, 3);
    steps.add(first::forward);
    steps.add(new VaeBlocks.Middle(p, "decoder.mid_block", width, groups)::forward);
    for (int level = 0; level < widths.size(); level++) {
      int out = widths.get(widths.size() - 1 - level);
      addLevel(p, level, width, out, config);
      width = out;
    }
    steps.add(new VaeBlocks.Head(p, "decoder", width, config.outChannels(), groups)::forward);
  }

  private void addLevel(Parameters p, int level, int in, int out, VaeConfig config) {
    String name = "decoder.up_blocks." + level;
    for (int i = 0; i <= config.layersPerBlock(); i++) {
      String resnet = name + ".resnets." + i;
      int from = i == 0 ? in : out;
      steps.add(new VaeBlocks.Resnet(p, resnet, from, out, config.normNumGroups())::forward);
    }
    if (level < config.blockOutChannels().size() - 1) {
      Conv2d conv = Conv2d.same(p, name + ".upsamplers.0.conv", out, out, 3);
      steps.add(x -> conv.forward(doubled(x)));
    }
  }

  private static Tensor doubled(Tensor x) {
    return torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3));
  }

  /** [B, latent channels, h, w] to [B, 3, 8h, 8w]. */
  Tensor forward(Tensor latents) {
    Tensor x = latents;
    for (UnaryOperator<Tensor> step : steps) {
      x = Autoencoder.step(step, x, latents);
    }
    return x;
  }
}
