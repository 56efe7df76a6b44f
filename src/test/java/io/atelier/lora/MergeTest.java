package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Compute;
import io.atelier.nn.Linear;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class MergeTest {
  private static final String MODULE = "transformer_blocks.0.attn.to_q";

  @Test
  void sumsInFloat32FromThePristineWeightsAndRoundsOnce() {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer("flux-dev", bfloat16);
        Adapter one = Adapter.read(Golden.adapter("flux-dev", "peft_plain"));
        Adapter two = Adapter.read(Golden.adapter("flux-dev", "peft_alpha"))) {
      Merge.apply(transformer.linears(), weighted(one, 0.7, two, -0.3));
      Linear linear = transformer.linears().get(MODULE);
      Tensor expected =
          linear
              .original()
              .to(ScalarType.Float)
              .add(change(one).mul(new Scalar(0.7)).add(change(two).mul(new Scalar(-0.3))));
      assertThat(linear.weight().equal(expected.to(ScalarType.BFloat16))).isTrue();
      assertThat(linear.weight().equal(linear.original())).isFalse();
    }
  }

  @Test
  void givesBackTheExactWeightsAfterAThousandMerges() {
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer("flux-dev");
        Adapter one = Adapter.read(Golden.adapter("flux-dev", "peft_plain"));
        Adapter two = Adapter.read(Golden.adapter("flux-dev", "peft_alpha"))) {
      Map<String, byte[]> before = weights(transformer);
      long pointers = 0;
      for (int i = 0; i < 1000; i++) {
        Merge.apply(transformer.linears(), weighted(one, 0.1 * (i % 7), two, 1));
        if (i == 100) {
          pointers = Pointer.totalCount();
        }
      }
      assertThat(Pointer.totalCount()).isEqualTo(pointers);
      assertThat(weights(transformer)).isNotEqualTo(before);
      Merge.restore(transformer.linears());
      assertThat(weights(transformer)).usingRecursiveComparison().isEqualTo(before);
      assertThat(transformer.linears().values())
          .allMatch(linear -> linear.weight().is_same(linear.original()));
    }
  }

  @Test
  void forgetsTheAdaptersMergedBefore() {
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer("flux-dev");
        Adapter one = Adapter.read(Golden.adapter("flux-dev", "peft_plain"))) {
      Merge.apply(transformer.linears(), List.of(new Merge.Weighted(one, 1)));
      Merge.apply(transformer.linears(), List.of());
      Linear linear = transformer.linears().get(MODULE);
      assertThat(linear.weight().equal(linear.original())).isTrue();
    }
  }

  @Test
  void leavesTheWeightsAloneWhenAnAdapterDoesNotFit() {
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer("flux-dev");
        Adapter good = Adapter.read(Golden.adapter("flux-dev", "peft_plain"));
        Adapter bad = Adapter.read(Golden.adapter("flux-dev", "refuse/wrong_shape"))) {
      assertThatThrownBy(() -> Merge.apply(transformer.linears(), weighted(good, 1, bad, 1)))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining(MODULE)
          .hasMessageContaining("33");
      assertThat(transformer.linears().values())
          .allMatch(linear -> linear.weight().equal(linear.original()));
    }
  }

  @Test
  void hasDoubtsAboveTwoAdaptersAndAboveATotalWeightOfOne() {
    assertThat(Merge.doubts(List.of())).isEmpty();
    assertThat(Merge.doubts(List.of(0.7, 0.2, 0.1))).singleElement().asString().contains("3");
    assertThat(Merge.doubts(List.of(0.7, 0.3))).isEmpty();
    assertThat(Merge.doubts(List.of(0.7, -0.31))).singleElement().asString().contains("1.01");
  }

  @Test
  void refusesAWeightThatIsNoNumber() {
    assertThatThrownBy(() -> new Merge.Weighted(null, Double.NaN))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("NaN");
  }

  private static List<Merge.Weighted> weighted(Adapter a, double x, Adapter b, double y) {
    return List.of(new Merge.Weighted(a, x), new Merge.Weighted(b, y));
  }

  private static Tensor change(Adapter adapter) {
    return adapter.pair(MODULE).b().matmul(adapter.pair(MODULE).a());
  }

  private static Map<String, byte[]> weights(FluxTransformer transformer) {
    Map<String, byte[]> weights = new TreeMap<>();
    transformer.linears().forEach((name, l) -> weights.put(name, Torch.bytes(l.weight())));
    return weights;
  }
}
