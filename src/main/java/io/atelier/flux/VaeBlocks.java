package io.atelier.flux;

import io.atelier.nn.Conv2d;
import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Norm;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The blocks that encoder and decoder of {@link Autoencoder} share. */
final class VaeBlocks {
  private static final double EPS = 1e-6;

  private VaeBlocks() {}

  /** Two convolutions around a shortcut (diffusers {@code ResnetBlock2D}). */
  static final class Resnet {
    private final Norm norm1;
    private final Conv2d conv1;
    private final Norm norm2;
    private final Conv2d conv2;
    private final Conv2d shortcut;
    private final int groups;

    Resnet(Parameters p, String name, int in, int out, int groups) {
      norm1 = Norm.of(p, name + ".norm1", in);
      conv1 = Conv2d.same(p, name + ".conv1", in, out, 3);
      norm2 = Norm.of(p, name + ".norm2", out);
      conv2 = Conv2d.same(p, name + ".conv2", out, out, 3);
      shortcut = in == out ? null : Conv2d.same(p, name + ".conv_shortcut", in, out, 1);
      this.groups = groups;
    }

    Tensor forward(Tensor x) {
      try (PointerScope scope = new PointerScope()) {
        Tensor h = conv1.forward(torch.silu(norm1.group(x, groups, EPS)));
        h = conv2.forward(torch.silu(norm2.group(h, groups, EPS)));
        Tensor residual = shortcut == null ? x : shortcut.forward(x);
        return Scopes.keep(residual.add(h));
      }
    }
  }

  /** Attention of every pixel to every other with one head (diffusers {@code Attention}). */
  static final class PixelAttention {
    private final Norm norm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final int groups;

    PixelAttention(Parameters p, String name, int channels, int groups) {
      norm = Norm.of(p, name + ".group_norm", channels);
      query = p.linear(name + ".to_q", channels, channels);
      key = p.linear(name + ".to_k", channels, channels);
      value = p.linear(name + ".to_v", channels, channels);
      out = p.linear(name + ".to_out.0", channels, channels);
      this.groups = groups;
    }

    Tensor forward(Tensor x) {
      try (PointerScope scope = new PointerScope()) {
        Tensor pixels = norm.group(x, groups, EPS).flatten(2, 3).transpose(1, 2).contiguous();
        Tensor q = Layers.heads(query.forward(pixels), 1);
        Tensor k = Layers.heads(key.forward(pixels), 1);
        Tensor v = Layers.heads(value.forward(pixels), 1);
        Tensor update = out.forward(Layers.attention(q, k, v));
        Tensor image = update.transpose(1, 2).unflatten(2, x.size(2), x.size(3));
        return Scopes.keep(x.add(image));
      }
    }
  }

  /** Resnet, attention, resnet at the lowest resolution (diffusers {@code UNetMidBlock2D}). */
  static final class Middle {
    private final Resnet before;
    private final PixelAttention attention;
    private final Resnet after;

    Middle(Parameters p, String name, int channels, int groups) {
      before = new Resnet(p, name + ".resnets.0", channels, channels, groups);
      attention = new PixelAttention(p, name + ".attentions.0", channels, groups);
      after = new Resnet(p, name + ".resnets.1", channels, channels, groups);
    }

    Tensor forward(Tensor x) {
      return after.forward(attention.forward(before.forward(x)));
    }
  }

  /** Normalise, activate and project (the end of both halves). */
  static final class Head {
    private final Norm norm;
    private final Conv2d conv;
    private final int groups;

    Head(Parameters p, String name, int in, int out, int groups) {
      norm = Norm.of(p, name + ".conv_norm_out", in);
      conv = Conv2d.same(p, name + ".conv_out", in, out, 3);
      this.groups = groups;
    }

    Tensor forward(Tensor x) {
      return conv.forward(torch.silu(norm.group(x, groups, EPS)));
    }
  }
}
