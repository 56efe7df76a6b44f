package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.lora.format.Layer;
import io.atelier.lora.format.LayerNames;
import io.atelier.nn.Dtype;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * An adapter's tensors as sd-scripts has them. A fused layer's A is its members' A below each
 * other, its B is block-diagonal, and its alpha is the sum of theirs, so that the scale stays 1; a
 * member that the adapter does not change has zeros. Members of smaller rank are filled up with
 * zeros.
 */
final class SdScriptsLayers {
  private final Adapter adapter;
  private final SortedMap<String, Layer> layers = new TreeMap<>();

  SdScriptsLayers(Adapter adapter) {
    this.adapter = adapter;
    for (String module : adapter.modules()) {
      Layer layer = LayerNames.holding(module);
      layers.put(layer.name(), layer);
    }
  }

  /** The tensors under their keys, in the caller's scope; alpha is float32. */
  SortedMap<String, Tensor> tensors(Dtype type) {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (Layer layer : layers.values()) {
      Adapter.Pair pair = layer.fused() ? joined(layer) : single(layer);
      String key = key(layer);
      AdapterWriter.put(tensors, key + ".lora_down.weight", pair.a(), type);
      AdapterWriter.put(tensors, key + ".lora_up.weight", pair.b(), type);
      tensors.put(key + ".alpha", Torch.scalar(pair.rank()));
    }
    return tensors;
  }

  /** diffusers reads only the layers of blocks from this format, and says nothing of the others. */
  List<String> warnings() {
    List<String> outside =
        layers.values().stream()
            .filter(layer -> !layer.name().contains("_blocks."))
            .map(SdScriptsLayers::key)
            .toList();
    return outside.isEmpty()
        ? List.of()
        : List.of(
            "ComfyUI and sd-scripts read the layers outside the blocks ("
                + String.join(", ", outside)
                + "), but diffusers drops them from this format without a word; for diffusers use"
                + " the format diffusers");
  }

  private static String key(Layer layer) {
    return AdapterFormat.SD_SCRIPTS.prefix() + LayerNames.underscored(layer.name());
  }

  private Adapter.Pair single(Layer layer) {
    Adapter.Pair pair = adapter.pair(layer.members().get(0).module());
    return layer.halvesSwapped()
        ? new Adapter.Pair(pair.a(), FusedFactors.halvesSwapped(pair.b()))
        : pair;
  }

  private Adapter.Pair joined(Layer layer) {
    List<Layer.Member> members = layer.members();
    long rank = 0;
    long in = 0;
    long share = 0;
    for (Layer.Member member : members) {
      Adapter.Pair pair = adapter.pair(member.module());
      if (pair != null) {
        requireAlike(layer, in, pair.in());
        requireAlike(layer, share, pair.out() / member.share());
        rank = Math.max(rank, pair.rank());
        in = pair.in();
        share = pair.out() / member.share();
      }
    }
    Tensor a = torch.zeros(members.size() * rank, in);
    Tensor b = torch.zeros(share * layer.shares(), members.size() * rank);
    long row = 0;
    for (int i = 0; i < members.size(); i++) {
      long rows = share * members.get(i).share();
      Adapter.Pair pair = adapter.pair(members.get(i).module());
      if (pair != null) {
        a.narrow(0, i * rank, pair.rank()).copy_(pair.a());
        b.narrow(0, row, rows).narrow(1, i * rank, pair.rank()).copy_(pair.b());
      }
      row += rows;
    }
    return new Adapter.Pair(a, b);
  }

  private static void requireAlike(Layer layer, long before, long now) {
    if (before != 0 && before != now) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "the adapter's modules of '%s' are %d and %d values wide, but sd-scripts has them in one"
                  .formatted(layer.name(), before, now)
              + " layer; it belongs to no FLUX.1 model");
    }
  }
}
