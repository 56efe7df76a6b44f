package io.atelier.lora;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Leaves;
import io.atelier.nn.Linear;
import io.atelier.nn.LoraBranch;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The values of an adapter under training: A and B of every target layer in float32. */
final class Trainables implements Trained {
  private static final String A = ".lora_A";
  private static final String B = ".lora_B";

  private final double scale;
  private final SortedMap<String, Linear> linears = new TreeMap<>();
  private final Leaves leaves;

  /** Values of zero for the named layers of a transformer, on its device. */
  Trainables(Map<String, Linear> linears, List<String> modules, LoraConfig config) {
    scale = config.scale();
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    long rank = config.rank();
    for (String module : modules) {
      Tensor weight = linears.get(module).original();
      this.linears.put(module, linears.get(module));
      shapes.put(module + A, List.of(rank, weight.size(1)));
      shapes.put(module + B, List.of(weight.size(0), rank));
    }
    try (PointerScope scope = new PointerScope()) {
      leaves = Leaves.of(shapes, linears.get(modules.get(0)).original().device());
    }
  }

  /** B of zero, A uniform within 1/sqrt(in): kaiming-uniform with a = sqrt(5), as PEFT starts. */
  void initialise(JobRandom random) {
    for (String module : linears.keySet()) {
      try (PointerScope scope = new PointerScope()) {
        Tensor a = leaves.leaf(module + A).detach();
        double bound = 1 / Math.sqrt((double) a.size(1));
        Tensor start = random.uniform("init " + module, 0, 0, a.shape());
        start.mul_(new Scalar(2 * bound)).sub_(new Scalar(bound));
        a.copy_(start);
        leaves.leaf(module + B).detach().zero_();
      }
    }
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
    linears.forEach(
        (module, linear) ->
            linear.attach(new LoraBranch(leaves.leaf(module + A), leaves.leaf(module + B), scale)));
  }

  /** Takes the branches away. */
  void detach() {
    linears.values().forEach(Linear::detach);
  }

  @Override
  public Tensor values() {
    return leaves.values();
  }

  @Override
  public Tensor gradients() {
    return leaves.gradients();
  }

  /** The layers, sorted. */
  List<String> modules() {
    return List.copyOf(linears.keySet());
  }

  /** Names are {@code <module>.lora_A} and {@code <module>.lora_B}. */
  @Override
  public SortedMap<String, Tensor> named(Tensor flat) {
    return leaves.named(flat);
  }

  /** A copy of the present values as an adapter, scale folded into B. */
  Adapter adapter() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Device cpu = new Device("cpu");
      for (String module : linears.keySet()) {
        Tensor a = leaves.leaf(module + A).detach().clone().to(cpu, ScalarType.Float);
        Tensor b = leaves.leaf(module + B).detach().mul(new Scalar(scale));
        pairs.put(module, new Adapter.Pair(Torch.keep(a), Torch.keep(b.to(cpu, ScalarType.Float))));
      }
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
    linears.clear();
    leaves.close();
  }
}
