package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The layer functions shared by the networks, on libtorch's own kernels. */
public final class Layers {
  private static final TensorOptional NONE = new TensorOptional().retainReference();
  private static final boolean NO_CUDNN_SWITCH = true;

  private Layers() {}

  /** Layer normalisation over the last axis without weights (the AdaLN of FLUX). */
  public static Tensor layerNorm(Tensor x, double eps) {
    return torch.layer_norm(x, lastAxis(x), NONE, NONE, eps, NO_CUDNN_SWITCH);
  }

  /** Layer normalisation over the last axis. */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double eps) {
    return torch.layer_norm(
        x, lastAxis(x), new TensorOptional(weight), new TensorOptional(bias), eps, NO_CUDNN_SWITCH);
  }

  /** Root-mean-square normalisation over the last axis (torch.nn.RMSNorm). */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
    return torch.rms_norm(x, lastAxis(x), new TensorOptional(weight), new DoubleOptional(eps));
  }

  /** Group normalisation of [B, C, ...]. */
  public static Tensor groupNorm(Tensor x, long groups, Tensor weight, Tensor bias, double eps) {
    return torch.group_norm(
        x, groups, new TensorOptional(weight), new TensorOptional(bias), eps, NO_CUDNN_SWITCH);
  }

  /** Two-dimensional convolution of [B, C, H, W] with equal stride and padding on both axes. */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    return torch.conv2d(
        x,
        weight,
        new TensorOptional(bias),
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        1);
  }

  /**
   * Fused softmax attention over {@code [B, S, heads, head size]}, scale 1/sqrt(head size).
   *
   * @return [B, S, heads * head size]
   */
  public static Tensor attention(Tensor q, Tensor k, Tensor v) {
    return attention(q, k, v, NONE, false, new DoubleOptional());
  }

  /** The same, each position attending to itself and those before it. */
  public static Tensor causalAttention(Tensor q, Tensor k, Tensor v) {
    return attention(q, k, v, NONE, true, new DoubleOptional());
  }

  /** The same with {@code bias} [1, heads, S, S] added to the logits and without a scale (T5). */
  public static Tensor biasedAttention(Tensor q, Tensor k, Tensor v, Tensor bias) {
    Tensor mask = inFloat32(bias) ? bias.to(ScalarType.Float) : bias;
    return attention(q, k, v, new TensorOptional(mask), false, new DoubleOptional(1.0));
  }

  private static Tensor attention(
      Tensor q, Tensor k, Tensor v, TensorOptional mask, boolean causal, DoubleOptional scale) {
    Tensor out =
        torch.scaled_dot_product_attention(
            attended(q), attended(k), attended(v), mask, 0.0, causal, scale, false);
    return out.transpose(1, 2).flatten(2, 3).to(v.scalar_type());
  }

  /** [B, heads, S, head size], in the precision that attention is computed in. */
  private static Tensor attended(Tensor x) {
    Tensor perHead = x.transpose(1, 2);
    return inFloat32(x) ? perHead.to(ScalarType.Float) : perHead;
  }

  /**
   * This build of libtorch has no kernel for attention in bfloat16 on a CPU without AMX: it
   * multiplies element by element, which takes seventy times as long.
   */
  private static boolean inFloat32(Tensor x) {
    return x.is_cpu() && !Cpu.bfloat16Tiles();
  }

  /** Splits the last axis of [B, S, D] into [B, S, heads, D / heads]. */
  public static Tensor heads(Tensor x, long heads) {
    return x.unflatten(2, heads, -1);
  }

  /** Joins tensors along {@code axis}. */
  public static Tensor cat(long axis, Tensor... parts) {
    return torch.cat(new TensorVector(parts), axis);
  }

  /** The sequence x [1, S, D] with {@code part} [n, D] in place of its positions from there on. */
  public static Tensor replaced(Tensor x, long from, Tensor part) {
    long end = from + part.size(0);
    return cat(1, x.narrow(1, 0, from), part.unsqueeze(0), x.narrow(1, end, x.size(1) - end));
  }

  /** {@code x * (1 + scale) + shift}; scale and shift are [B, D], x is [B, S, D]. */
  public static Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
    Tensor factor = scale.add(new Scalar(1.0)).unsqueeze(1);
    return torch.addcmul(shift.unsqueeze(1), x, factor);
  }

  /** {@code x + gate * update}; gate is [B, D], the others are [B, S, D]. */
  public static Tensor gated(Tensor x, Tensor gate, Tensor update) {
    return torch.addcmul(x, gate.unsqueeze(1), update);
  }

  /** The tanh approximation of GELU ({@code gelu_new}, {@code gelu-approximate}). */
  public static Tensor geluTanh(Tensor x) {
    return torch.gelu(x, "tanh");
  }

  /** A retained option for a tensor that may be null. */
  static TensorOptional option(Tensor tensor) {
    return tensor == null ? NONE.retainReference() : new TensorOptional(tensor).retainReference();
  }

  static void requireLike(String name, Tensor expected, Tensor given) {
    boolean same =
        Arrays.equals(expected.shape(), given.shape())
            && expected.scalar_type().intern() == given.scalar_type().intern()
            && expected.device().equals(given.device());
    if (!same) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "weight for "
              + name
              + " is "
              + describe(given)
              + " where "
              + describe(expected)
              + " is expected; a merged weight must keep shape, precision and device");
    }
  }

  private static String describe(Tensor t) {
    return t.scalar_type().intern() + Arrays.toString(t.shape()) + " on " + t.device().type();
  }

  private static long[] lastAxis(Tensor x) {
    return new long[] {x.size(-1)};
  }
}
