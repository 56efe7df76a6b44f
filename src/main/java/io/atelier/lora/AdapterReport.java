package io.atelier.lora;

import io.atelier.lora.format.LayerNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What an adapter changes, in figures.
 *
 * @param targets the target set that its modules are, empty if they are none
 * @param kinds by kind of module, sorted
 */
public record AdapterReport(Optional<Targets> targets, List<Kind> kinds) {

  /**
   * The modules of one kind, in all blocks.
   *
   * @param name diffusers' module name with {@code #} for the number of the block
   * @param modules how many
   * @param smallestRank of any of them
   * @param largestRank of any of them
   * @param meanNorm mean Frobenius norm of the change B A
   * @param largestNorm the largest
   */
  public record Kind(
      String name,
      int modules,
      int smallestRank,
      int largestRank,
      double meanNorm,
      double largestNorm) {}

  /** Copies the list. */
  public AdapterReport {
    kinds = List.copyOf(kinds);
  }

  /** The smallest rank of any module. */
  public int smallestRank() {
    return kinds.stream().mapToInt(Kind::smallestRank).min().orElse(0);
  }

  /** The largest rank of any module. */
  public int largestRank() {
    return kinds.stream().mapToInt(Kind::largestRank).max().orElse(0);
  }

  /** Looks through all modules; no product is formed. */
  public static AdapterReport of(Adapter adapter) {
    SortedMap<String, List<Adapter.Pair>> byKind = new TreeMap<>();
    for (String module : adapter.modules()) {
      byKind
          .computeIfAbsent(LayerNames.template(module), kind -> new ArrayList<>())
          .add(adapter.pair(module));
    }
    List<Kind> kinds = new ArrayList<>();
    byKind.forEach((name, pairs) -> kinds.add(kind(name, pairs)));
    return new AdapterReport(targets(kinds), kinds);
  }

  private static Kind kind(String name, List<Adapter.Pair> pairs) {
    double[] norms = pairs.stream().mapToDouble(AdapterReport::norm).toArray();
    double sum = 0;
    double largest = 0;
    for (double norm : norms) {
      sum += norm;
      largest = Math.max(largest, norm);
    }
    return new Kind(
        name,
        pairs.size(),
        pairs.stream().mapToInt(Adapter.Pair::rank).min().orElseThrow(),
        pairs.stream().mapToInt(Adapter.Pair::rank).max().orElseThrow(),
        sum / norms.length,
        largest);
  }

  /** The Frobenius norm of B A from two rank-sized products: its square is tr(B'B AA'). */
  private static double norm(Adapter.Pair pair) {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = pair.a().to(ScalarType.Double);
      Tensor b = pair.b().to(ScalarType.Double);
      double square = b.t().matmul(b).mul(a.matmul(a.t())).sum().item_double();
      return Math.sqrt(Math.max(square, 0));
    }
  }

  /** The set whose kinds these are, in equally many blocks; which blocks only the model can say. */
  private static Optional<Targets> targets(List<Kind> kinds) {
    Map<Boolean, Set<Integer>> counts =
        kinds.stream()
            .collect(
                Collectors.groupingBy(
                    kind -> kind.name().startsWith("single_"),
                    Collectors.mapping(Kind::modules, Collectors.toSet())));
    if (counts.values().stream().anyMatch(different -> different.size() > 1)) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    kinds.forEach(kind -> names.add(kind.name().replace('#', '0')));
    List<String> all = LayerNames.modules().stream().map(name -> name.replace('#', '0')).toList();
    for (Targets targets : Targets.values()) {
      if (names.equals(new HashSet<>(targets.select(all)))) {
        return Optional.of(targets);
      }
    }
    return Optional.empty();
  }
}
