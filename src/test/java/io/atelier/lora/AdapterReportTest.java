package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Torch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterReportTest {

  @ParameterizedTest
  @EnumSource(Targets.class)
  void recognisesTheTargetSets(Targets targets) {
    try (FluxTransformer transformer = Golden.transformer("flux-dev")) {
      List<String> modules = targets.select(transformer.linears().keySet());
      try (Adapter adapter = ones(modules)) {
        assertThat(AdapterReport.of(adapter).targets()).contains(targets);
      }
      try (Adapter adapter = ones(modules.subList(1, modules.size()))) {
        assertThat(AdapterReport.of(adapter).targets()).isEmpty();
      }
    }
  }

  @Test
  void measuresTheNormOfTheProduct() {
    try (PointerScope scope = new PointerScope();
        Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "kohya_fused"))) {
      AdapterReport report = AdapterReport.of(adapter);
      AdapterReport.Kind kind = report.kinds().get(report.kinds().size() - 1);
      assertThat(kind.name()).isEqualTo("transformer_blocks.#.norm1.linear");
      double first = norm(adapter, "transformer_blocks.0.norm1.linear");
      double second = norm(adapter, "transformer_blocks.1.norm1.linear");
      assertThat(kind.modules()).isEqualTo(2);
      assertThat(kind.largestNorm()).isCloseTo(Math.max(first, second), within(1e-5));
      assertThat(kind.meanNorm()).isCloseTo((first + second) / 2, within(1e-5));
      assertThat(report.smallestRank()).isEqualTo(2);
      assertThat(report.largestRank()).isEqualTo(8);
    }
  }

  private static double norm(Adapter adapter, String module) {
    return adapter.pair(module).b().matmul(adapter.pair(module).a()).norm().item_double();
  }

  private static Adapter ones(Collection<String> modules) {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      for (String module : modules) {
        pairs.put(
            module, new Adapter.Pair(Torch.keep(torch.ones(1, 2)), Torch.keep(torch.ones(2, 1))));
      }
    }
    return new Adapter(pairs, Map.of());
  }
}
