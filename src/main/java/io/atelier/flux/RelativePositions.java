package io.atelier.flux;

import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** T5's learned bias for the distance between two positions (Raffel et al. 2020, section 2.1). */
final class RelativePositions {
  private final Parameters parameters;
  private final Tensor table;
  private final int buckets;
  private final int maxDistance;

  RelativePositions(Parameters parameters, T5Config config) {
    this.parameters = parameters;
    buckets = config.relativeAttentionNumBuckets();
    maxDistance = config.relativeAttentionMaxDistance();
    String name = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    table = parameters.tensor(name, buckets, config.numHeads());
  }

  /** The bias of every query and key position, [1, heads, length, length]. */
  Tensor bias(long length) {
    try (PointerScope scope = new PointerScope()) {
      int n = Math.toIntExact(length);
      long[] index = new long[n * n];
      for (int query = 0; query < n; query++) {
        for (int key = 0; key < n; key++) {
          index[query * n + key] = bucket(key - query, buckets, maxDistance);
        }
      }
      Tensor ids = parameters.own(Torch.tensor(index, length, length), ScalarType.Long);
      Tensor bias = torch.embedding(table, ids).permute(2, 0, 1).unsqueeze(0);
      return Scopes.keep(bias.contiguous());
    }
  }

  /**
   * The bucket of a distance (key minus query). One half of the buckets is for keys after the
   * query; in each, near distances have their own bucket and far ones share one on a logarithmic
   * scale. Computed in float32 as the reference does, since rounding decides at the bounds.
   */
  static int bucket(int distance, int buckets, int maxDistance) {
    int half = buckets / 2;
    int exact = half / 2;
    int offset = distance > 0 ? half : 0;
    int size = Math.abs(distance);
    if (size < exact) {
      return offset + size;
    }
    float logarithm = (float) Math.log((float) size / exact);
    float share = logarithm / (float) Math.log((double) maxDistance / exact);
    return offset + Math.min(half - 1, exact + (int) (share * (half - exact)));
  }
}
