package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.format.Layer;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * From the factors of one layer in a file to those of diffusers' modules.
 *
 * <p>A fused layer's B is either block-diagonal, when every member has rows of A of its own, or
 * full, when every member takes all of A and its own rows of B. Which of them it is only the zeros
 * of B tell: that the rank divides by the number of members says nothing.
 */
final class FusedFactors {
  private FusedFactors() {}

  /**
   * Adds the layer's modules to {@code pairs}, kept. A member of a block-diagonal layer whose
   * factors are all zero was not trained and is left out.
   *
   * @param a [rank, in]
   * @param b [out, rank], scale included
   * @return true if it was block-diagonal
   */
  static boolean split(Layer layer, Tensor a, Tensor b, SortedMap<String, Adapter.Pair> pairs) {
    if (!layer.fused()) {
      Tensor own = layer.halvesSwapped() ? halvesSwapped(b) : b;
      keep(layer.members().get(0), a, own, pairs);
      return false;
    }
    boolean blocks = isBlockDiagonal(layer, b);
    long rank = blocks ? a.size(0) / layer.members().size() : a.size(0);
    long row = 0;
    for (int i = 0; i < layer.members().size(); i++) {
      Layer.Member member = layer.members().get(i);
      long rows = b.size(0) / layer.shares() * member.share();
      Tensor slice = b.narrow(0, row, rows);
      row += rows;
      if (!blocks) {
        keep(member, a, slice, pairs);
        continue;
      }
      Tensor ownA = a.narrow(0, i * rank, rank);
      Tensor ownB = slice.narrow(1, i * rank, rank);
      if (ownA.any().item_bool() || ownB.any().item_bool()) {
        keep(member, ownA, ownB, pairs);
      }
    }
    return blocks;
  }

  private static void keep(
      Layer.Member member, Tensor a, Tensor b, SortedMap<String, Adapter.Pair> pairs) {
    if (pairs.containsKey(member.module())) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "the adapter gives module '"
              + member.module()
              + "' twice, under two tools' names; it is not clear which counts. Save it again with the"
              + " tool that made it");
    }
    pairs.put(
        member.module(), new Adapter.Pair(Torch.keep(a.contiguous()), Torch.keep(b.contiguous())));
  }

  private static boolean isBlockDiagonal(Layer layer, Tensor b) {
    List<Layer.Member> members = layer.members();
    if (b.size(1) % members.size() != 0) {
      return false;
    }
    long rank = b.size(1) / members.size();
    Tensor beside = b.clone();
    long row = 0;
    for (int i = 0; i < members.size(); i++) {
      long rows = b.size(0) / layer.shares() * members.get(i).share();
      beside.narrow(0, row, rows).narrow(1, i * rank, rank).zero_();
      row += rows;
    }
    return !beside.any().item_bool();
  }

  /** diffusers' final normalisation takes scale, shift; the published weights have shift, scale. */
  static Tensor halvesSwapped(Tensor b) {
    long half = b.size(0) / 2;
    return torch.cat(new TensorVector(b.narrow(0, half, half), b.narrow(0, 0, half)), 0);
  }
}
