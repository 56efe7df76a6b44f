package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.lora.format.AdapterKeys;
import io.atelier.lora.format.AdapterKeys.LayerKeys;
import io.atelier.lora.format.AdapterKeys.Role;
import io.atelier.lora.format.BadAdapter;
import io.atelier.lora.format.Layer;
import io.atelier.nn.Dtype;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reads the LoRA file of any tool; every key is either used or named in the refusal. */
final class AdapterReader {
  private static final Set<Dtype> FLOATS = EnumSet.of(Dtype.F32, Dtype.F16, Dtype.BF16);
  private static final Set<AdapterFormat> DIFFUSERS_NAMES =
      EnumSet.of(AdapterFormat.DIFFUSERS, AdapterFormat.UNPREFIXED, AdapterFormat.PEFT);

  private final Path path;
  private final SafetensorsFile file;
  private final AdapterKeys keys;
  private final PeftMetadata peft;
  private final SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
  private final Set<Dtype> types = EnumSet.noneOf(Dtype.class);
  private final List<String> warnings = new ArrayList<>();
  private double smallestScale = Double.POSITIVE_INFINITY;
  private double largestScale;

  private AdapterReader(Path path, SafetensorsFile file) {
    this.path = path;
    this.file = file;
    this.keys = AdapterKeys.of(path, file.names());
    this.peft = PeftMetadata.of(file.metadata(), path);
    if (peft != null && !DIFFUSERS_NAMES.contains(keys.format())) {
      throw bad(
          "its keys are of the format "
              + keys.format().label()
              + ", but its header has "
              + PeftMetadata.KEY
              + ", so that two tools disagree about its scale");
    }
  }

  static AdapterFile read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return new AdapterReader(path, file).read();
    }
  }

  private AdapterFile read() {
    boolean done = false;
    try {
      keys.layers().forEach(this::add);
      if (pairs.isEmpty()) {
        throw bad("all its weights are zero");
      }
      done = true;
    } finally {
      if (!done) {
        new Adapter(pairs, Map.of()).close();
      }
    }
    return new AdapterFile(
        path,
        new Adapter(pairs, metadata()),
        keys.format(),
        new TreeSet<>(types),
        smallestScale,
        largestScale,
        warnings);
  }

  private Map<String, String> metadata() {
    Map<String, String> rest = new TreeMap<>(file.metadata());
    rest.remove(PeftMetadata.KEY);
    rest.remove("format");
    return rest;
  }

  private void add(LayerKeys layer) {
    TensorInfo a = factor(layer, Role.A);
    TensorInfo b = factor(layer, Role.B);
    long rank = a.shape().get(0);
    if (rank != b.shape().get(1)) {
      throw bad(
          "'%s' has rank %d, but '%s' has rank %d"
              .formatted(key(layer, Role.A), rank, key(layer, Role.B), b.shape().get(1)));
    }
    requireShares(layer, b.shape().get(0));
    double scale = scale(layer, rank);
    try (PointerScope scope = new PointerScope()) {
      Tensor down = values(key(layer, Role.A));
      Tensor up = values(key(layer, Role.B));
      if (scale != 1) {
        up = up.mul(new Scalar(scale));
      }
      boolean blocks = FusedFactors.split(layer.layer(), down, up, pairs);
      if (blocks && scale != 1) {
        warnIfMirrored(layer, rank, scale * rank);
      }
    }
    smallestScale = Math.min(smallestScale, scale);
    largestScale = Math.max(largestScale, scale);
  }

  private TensorInfo factor(LayerKeys layer, Role role) {
    String key = key(layer, role);
    if (key == null) {
      throw alone(layer, role);
    }
    TensorInfo info = file.info(key);
    if (!FLOATS.contains(info.dtype())) {
      throw bad("'" + key + "' is of type " + info.dtype() + ", but must be F32, F16 or BF16");
    }
    if (info.shape().size() != 2 || info.elements() == 0) {
      throw bad("'" + key + "' has shape " + info.shape() + ", but must have two sizes above 0");
    }
    types.add(info.dtype());
    return info;
  }

  private AtelierException alone(LayerKeys layer, Role missing) {
    String present = key(layer, missing == Role.A ? Role.B : Role.A);
    if (present == null) {
      return bad("'" + key(layer, Role.ALPHA) + "' scales factors that are not there");
    }
    String ending = present.substring(layer.stem().length());
    String partner =
        missing == Role.B
            ? ending.replace("lora_A", "lora_B").replace("down", "up")
            : ending.replace("lora_B", "lora_A").replace("up", "down");
    return bad("'" + present + "' has no partner '" + layer.stem() + partner + "'");
  }

  /** A fused layer has as many rows as its members take together. */
  private void requireShares(LayerKeys layer, long rows) {
    Layer target = layer.layer();
    int parts = target.halvesSwapped() ? 2 : target.shares();
    if (rows % parts != 0) {
      throw bad(
          "'%s' has %d rows, but must have %d equal parts"
              .formatted(key(layer, Role.B), rows, parts));
    }
  }

  /**
   * sd-scripts with {@code split_qkv} once stored alpha where n times alpha belongs.
   *
   * @see <a href="https://github.com/kohya-ss/sd-scripts/issues/2204">sd-scripts 2204</a>
   */
  private void warnIfMirrored(LayerKeys layer, long rank, double alpha) {
    boolean split = file.metadata().getOrDefault("ss_network_args", "").contains("split_qkv");
    if (split && warnings.isEmpty()) {
      warnings.add(
          ("'%s' is %s beside %d rows in a file trained with split_qkv: if sd-scripts was of the"
                  + " time when it stored alpha undivided, these layers act at 1/%d of their"
                  + " strength")
              .formatted(key(layer, Role.ALPHA), alpha, rank, layer.layer().members().size()));
    }
  }

  /** A float32 copy in own memory, so that the adapter does not depend on the file. */
  private Tensor values(String key) {
    Tensor values =
        file.tensor(key).to(ScalarType.Float, /* non_blocking= */ false, /* copy= */ true, null);
    if (!values.isfinite().all().item_bool()) {
      throw bad("'" + key + "' holds values that are not finite");
    }
    return values;
  }

  private double scale(LayerKeys layer, long rank) {
    String key = key(layer, Role.ALPHA);
    if (peft == null) {
      return key == null ? 1 : alpha(key) / rank;
    }
    if (key != null) {
      throw bad("'" + key + "' and '" + PeftMetadata.KEY + "' both give a scale");
    }
    return peft.scale(layer.layer().name(), rank);
  }

  private double alpha(String key) {
    TensorInfo info = file.info(key);
    if (!FLOATS.contains(info.dtype()) || info.elements() != 1) {
      throw bad(
          "'%s' is of type %s and shape %s, but must be one floating-point number"
              .formatted(key, info.dtype(), info.shape()));
    }
    try (PointerScope scope = new PointerScope()) {
      double alpha = file.tensor(key).to(ScalarType.Float).item_float();
      if (!(alpha > 0) || Double.isInfinite(alpha)) {
        throw bad("'" + key + "' is " + alpha + ", but must be a number above 0");
      }
      return alpha;
    }
  }

  private static String key(LayerKeys layer, Role role) {
    return layer.keys().get(role);
  }

  private AtelierException bad(String problem) {
    return BadAdapter.in(path, problem);
  }
}
