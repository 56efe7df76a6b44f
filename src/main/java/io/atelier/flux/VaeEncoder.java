package io.atelier.flux;

import io.atelier.nn.Conv2d;
import io.atelier.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Image to latent moments (diffusers {@code Encoder}). */
final class VaeEncoder {
  private final List<UnaryOperator<Tensor>> steps = new ArrayList<>();

  VaeEncoder(Parameters p, VaeConfig config) {
    List<Integer> widths = config.blockOutChannels();
    int groups = config.normNumGroups();
    int width = widths.get(0);
    Conv2d first = Conv2d.same(p, "encoder.conv_in", config.inChannels(), width, 3);
    steps.add(first::forward);
    for (int level = 0; level < widths.size(); level++) {
      addLevel(p, level, width, config);
      width = widths.get(level);
    }
    steps.add(new VaeBlocks.Middle(p, "encoder.mid_block", width, groups)::forward);
    int moments = 2 * config.latentChannels();
    steps.add(new VaeBlocks.Head(p, "encoder", width, moments, groups)::forward);
  }

  private void addLevel(Parameters p, int level, int in, VaeConfig config) {
    String name = "encoder.down_blocks." + level;
    int out = config.blockOutChannels().get(level);
    for (int i = 0; i < config.layersPerBlock(); i++) {
      String resnet = name + ".resnets." + i;
      int from = i == 0 ? in : out;
      steps.add(new VaeBlocks.Resnet(p, resnet, from, out, config.normNumGroups())::forward);
    }
    if (level < config.blockOutChannels().size() - 1) {
      Conv2d half = Conv2d.of(p, name + ".downsamplers.0.conv", out, out, 3, 2, 0);
      // Zeros to the right and below only, as the convolution was trained.
      steps.add(x -> half.forward(torch.constant_pad_nd(x, 0, 1, 0, 1)));
    }
  }

  /** [B, 3, H, W] in [-1, 1] to mean and log-variance [B, 2 * latent channels, H/8, W/8]. */
  Tensor forward(Tensor image) {
    Tensor x = image;
    for (UnaryOperator<Tensor> step : steps) {
      x = Autoencoder.step(step, x, image);
    }
    return x;
  }
}
