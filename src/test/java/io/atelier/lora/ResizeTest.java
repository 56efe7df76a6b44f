package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.Torch;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResizeTest {
  private static final String MODULE = "transformer_blocks.0.attn.to_q";

  /** A change with the singular values 4, 2 and 1, so with the energies 16, 4 and 1. */
  private static Adapter diagonal() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor a = Torch.tensor(new float[] {1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0}, 3, 4);
      Tensor b = Torch.tensor(new float[] {4, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3);
      pairs.put(MODULE, new Adapter.Pair(Torch.keep(a), Torch.keep(b)));
    }
    return new Adapter(pairs, Map.of("atelier.adapter_id", "7"));
  }

  @Test
  void keepsTheGreatestSingularValuesAndSplitsThemEvenly() {
    try (PointerScope scope = new PointerScope();
        Adapter adapter = diagonal();
        Resize.Result result = Resize.of(adapter, Resize.Limit.rank(2))) {
      Adapter.Pair pair = result.adapter().pair(MODULE);
      assertThat(pair.rank()).isEqualTo(2);
      float[] expected = {4, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0};
      assertThat(Torch.floats(pair.b().matmul(pair.a()))).containsExactly(expected, within(1e-6f));
      assertThat(Torch.floats(pair.a().square().sum(1)))
          .containsExactly(new float[] {4, 2}, within(1e-6f));
      assertThat(Torch.floats(pair.b().square().sum(0)))
          .containsExactly(new float[] {4, 2}, within(1e-6f));
      assertThat(result.total()).isCloseTo(20.0 / 21, within(1e-9));
      assertThat(result.retained())
          .containsOnlyKeys("transformer_blocks.#.attn.to_q")
          .containsValue(result.total());
      assertThat(result.adapter().metadata()).containsEntry("atelier.adapter_id", "7");
    }
  }

  @Test
  void keepsAsManyAsTheEnergyNeeds() {
    assertRank(0.5, 1);
    assertRank(16.0 / 21, 1);
    assertRank(0.77, 2);
    assertRank(0.96, 3);
    assertRank(1, 3);
  }

  private static void assertRank(double energy, int rank) {
    try (Adapter adapter = diagonal();
        Resize.Result result = Resize.of(adapter, Resize.Limit.energy(energy))) {
      assertThat(result.adapter().rank()).as("energy %s", energy).isEqualTo(rank);
      assertThat(result.total()).isGreaterThanOrEqualTo(energy - 1e-9);
    }
  }

  /** The reference is the decomposition of the whole product. */
  @ParameterizedTest
  @ValueSource(strings = {"kohya_fused", "peft_alpha"})
  void isTheBestApproximationOfItsRank(String name) {
    try (PointerScope scope = new PointerScope();
        Adapter adapter = Adapter.read(Golden.adapter("flux-dev", name));
        Resize.Result result = Resize.of(adapter, Resize.Limit.rank(1))) {
      for (String module : adapter.modules()) {
        Tensor whole = product(adapter, module);
        float[] singular = Torch.floats(torch.linalg_svdvals(whole));
        double rest = 0;
        for (int i = 1; i < singular.length; i++) {
          rest += (double) singular[i] * singular[i];
        }
        double error = whole.sub(product(result.adapter(), module)).norm().item_double();
        assertThat(error).as(module).isCloseTo(Math.sqrt(rest), within(1e-4 * singular[0]));
      }
    }
  }

  @Test
  void changesNothingWhereTheRankIsEnough() {
    try (PointerScope scope = new PointerScope();
        Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "peft_alpha"));
        Resize.Result result = Resize.of(adapter, Resize.Limit.rank(64))) {
      assertThat(result.adapter().rank()).isEqualTo(adapter.rank());
      assertThat(result.total()).isEqualTo(1);
      for (String module : adapter.modules()) {
        assertThat(
                Golden.relativeError(product(result.adapter(), module), product(adapter, module)))
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void anUntrainedLayerStaysZero() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      pairs.put(
          MODULE, new Adapter.Pair(Torch.keep(torch.ones(3, 4)), Torch.keep(torch.zeros(5, 3))));
    }
    try (PointerScope scope = new PointerScope();
        Adapter adapter = new Adapter(pairs, Map.of());
        Resize.Result result = Resize.of(adapter, Resize.Limit.energy(0.9))) {
      assertThat(product(result.adapter(), MODULE).any().item_bool()).isFalse();
      assertThat(result.total()).isEqualTo(1);
    }
  }

  @Test
  void refusesLimitsThatKeepNothing() {
    assertThatThrownBy(() -> Resize.Limit.rank(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> Resize.Limit.energy(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> Resize.Limit.energy(1.1)).hasMessageContaining("1.1");
  }

  private static Tensor product(Adapter adapter, String module) {
    return adapter.pair(module).b().matmul(adapter.pair(module).a());
  }
}
