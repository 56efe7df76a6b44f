package io.atelier.lora;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Linear;
import io.atelier.nn.LoraBranch;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The values of an adapter under training: A and B of every target layer in float32, all of them
 * views of one flat tensor, and their gradients views of another. So clipping and the optimiser are
 * a handful of operations however many layers there are, and a state is three tensors.
 */
final class Trainables implements Trained {

  /** One layer's leaves of the autograd graph. */
  private record Leaf(Linear linear, long offset, Tensor a, Tensor b) {}

  private final int rank;
  private final double scale;
  private final SortedMap<String, Leaf> leaves = new TreeMap<>();
  private final Tensor values;
  private final Tensor gradients;

  /** Values of zero for the named layers of a transformer, on its device. */
  Trainables(Map<String, Linear> linears, List<String> modules, LoraConfig config) {
    rank = config.rank();
    scale = config.scale();
    long count = 0;
    for (String module : modules) {
      count += rank * (in(linears.get(module)) + out(linears.get(module)));
    }
    try (PointerScope scope = new PointerScope()) {
      Device device = linears.get(modules.get(0)).original().device();
      values = Torch.keep(Torch.empty(ScalarType.Float, device, count).zero_());
      gradients = Torch.keep(torch.zeros_like(values));
      long offset = 0;
      for (String module : modules) {
        Leaf leaf = leaf(linears.get(module), offset);
        leaves.put(module, leaf);
        offset += leaf.a().numel() + leaf.b().numel();
      }
    }
  }

  private Leaf leaf(Linear linear, long offset) {
    Tensor a = view(values, offset, rank, in(linear)).detach().requires_grad_(true);
    Tensor b = view(values, offset + a.numel(), out(linear), rank).detach().requires_grad_(true);
    // Backward adds to a gradient that is already there in place, so it stays a view.
    a.mutable_grad().put(view(gradients, offset, rank, in(linear)));
    b.mutable_grad().put(view(gradients, offset + a.numel(), out(linear), rank));
    return new Leaf(linear, offset, Torch.keep(a), Torch.keep(b));
  }

  /** B of zero, A uniform within 1/sqrt(in): kaiming-uniform with a = sqrt(5), as PEFT starts. */
  void initialise(JobRandom random) {
    leaves.forEach(
        (module, leaf) -> {
          try (PointerScope scope = new PointerScope()) {
            double bound = 1 / Math.sqrt((double) in(leaf.linear()));
            Tensor start = random.uniform("init " + module, 0, 0, rank, in(leaf.linear()));
            start.mul_(new Scalar(2 * bound)).sub_(new Scalar(bound));
            leaf.a().detach().copy_(start);
            leaf.b().detach().zero_();
          }
        });
  }

  /**
   * The start of a LoRA training: initialised, and attached to a transformer of its own weights.
   */
  static Trainables begin(FluxTransformer model, LoraConfig lora, JobRandom random) {
    List<String> modules = lora.targets().select(model.linears().keySet());
    Trainables trainables = new Trainables(model.linears(), modules, lora);
    trainables.initialise(random);
    trainables.attach();
    return trainables;
  }

  /** Adds the branches to the transformer's layers. */
  void attach() {
    leaves.values().forEach(l -> l.linear().attach(new LoraBranch(l.a(), l.b(), scale)));
  }

  /** Takes the branches away. */
  void detach() {
    leaves.values().forEach(leaf -> leaf.linear().detach());
  }

  @Override
  public Tensor values() {
    return values;
  }

  @Override
  public Tensor gradients() {
    return gradients;
  }

  /** The layers, sorted. */
  List<String> modules() {
    return List.copyOf(leaves.keySet());
  }

  /** Names are {@code <module>.lora_A} and {@code <module>.lora_B}. */
  @Override
  public SortedMap<String, Tensor> named(Tensor flat) {
    SortedMap<String, Tensor> named = new TreeMap<>();
    leaves.forEach(
        (module, leaf) -> {
          long split = leaf.offset() + leaf.a().numel();
          named.put(module + ".lora_A", view(flat, leaf.offset(), rank, in(leaf.linear())));
          named.put(module + ".lora_B", view(flat, split, out(leaf.linear()), rank));
        });
    return named;
  }

  /** A copy of the present values as an adapter, scale folded into B. */
  Adapter adapter() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Device cpu = new Device("cpu");
      leaves.forEach(
          (module, leaf) -> {
            Tensor a = leaf.a().detach().clone().to(cpu, ScalarType.Float);
            Tensor b = leaf.b().detach().mul(new Scalar(scale)).to(cpu, ScalarType.Float);
            pairs.put(module, new Adapter.Pair(Torch.keep(a), Torch.keep(b)));
          });
    }
    return new Adapter(pairs, Map.of());
  }

  @Override
  public void write(Path file, Map<String, String> lineage) {
    try (Adapter adapter = adapter()) {
      adapter.write(file, Precision.FLOAT32, lineage);
    }
  }

  @Override
  public void close() {
    detach();
    for (Leaf leaf : new ArrayList<>(leaves.values())) {
      Torch.release(leaf.a());
      Torch.release(leaf.b());
    }
    leaves.clear();
    Torch.release(values);
    Torch.release(gradients);
  }

  private static Tensor view(Tensor flat, long offset, long rows, long columns) {
    return flat.narrow(0, offset, rows * columns).view(rows, columns);
  }

  private static long in(Linear linear) {
    return linear.original().size(1);
  }

  private static long out(Linear linear) {
    return linear.original().size(0);
  }
}
