package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Dtype;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.TensorInfo;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reads diffusers' LoRA format; every key is either used or named in the refusal. */
final class AdapterReader {
  static final String PREFIX = "transformer.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";
  static final String ALPHA = ".alpha";

  private static final Pattern KEY =
      Pattern.compile("transformer\\.(.+?)(\\.lora_A\\.weight|\\.lora_B\\.weight|\\.alpha)");
  private static final Set<Dtype> FLOATS = Set.of(Dtype.F32, Dtype.F16, Dtype.BF16);

  private final Path path;
  private final SafetensorsFile file;
  private final PeftMetadata peft;

  private AdapterReader(Path path, SafetensorsFile file) {
    this.path = path;
    this.file = file;
    this.peft = PeftMetadata.of(file.metadata(), path);
  }

  static Adapter read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return new AdapterReader(path, file).adapter();
    }
  }

  private Adapter adapter() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    Map<String, String> rest = new TreeMap<>(file.metadata());
    rest.remove(PeftMetadata.KEY);
    rest.remove("format");
    boolean done = false;
    try {
      for (String module : modules()) {
        pairs.put(module, pair(module));
      }
      done = true;
    } finally {
      if (!done) {
        new Adapter(pairs, Map.of()).close();
      }
    }
    return new Adapter(pairs, rest);
  }

  private Set<String> modules() {
    refuseForeign();
    Set<String> modules = new TreeSet<>();
    for (String key : file.names()) {
      Matcher matcher = KEY.matcher(key);
      if (!matcher.matches()) {
        throw bad(
            "the key '"
                + key
                + "' is not one of "
                + PREFIX
                + "<module>{"
                + A
                + ","
                + B
                + ","
                + ALPHA
                + "}");
      }
      modules.add(matcher.group(1));
    }
    if (modules.isEmpty()) {
      throw bad("it holds no tensor");
    }
    return modules;
  }

  private void refuseForeign() {
    String key = AdapterFormat.firstForeign(file.names());
    if (key == null) {
      return;
    }
    AdapterFormat format = AdapterFormat.of(key);
    throw bad(
        format == null
            ? "the key '" + key + "' belongs to no LoRA format that this program knows"
            : "the key '"
                + key
                + "' is of the "
                + format.label()
                + " format, which is not supported yet");
  }

  private Adapter.Pair pair(String module) {
    TensorInfo a = factor(module, A, B);
    TensorInfo b = factor(module, B, A);
    if (!a.shape().get(0).equals(b.shape().get(1))) {
      throw bad(
          "'"
              + PREFIX
              + module
              + A
              + "' has rank "
              + a.shape().get(0)
              + ", but '"
              + PREFIX
              + module
              + B
              + "' has rank "
              + b.shape().get(1));
    }
    double scale = scale(module, a.shape().get(0));
    try (PointerScope scope = new PointerScope()) {
      Tensor down = values(PREFIX + module + A);
      Tensor up = values(PREFIX + module + B);
      if (scale != 1) {
        up = up.mul(new Scalar(scale));
      }
      return new Adapter.Pair(Torch.keep(down), Torch.keep(up));
    }
  }

  private TensorInfo factor(String module, String suffix, String partner) {
    String key = PREFIX + module + suffix;
    if (!file.names().contains(key)) {
      String present = file.names().contains(PREFIX + module + partner) ? partner : ALPHA;
      throw bad("'" + PREFIX + module + present + "' has no partner '" + key + "'");
    }
    TensorInfo info = file.info(key);
    if (!FLOATS.contains(info.dtype())) {
      throw bad("'" + key + "' is of type " + info.dtype() + ", but must be F32, F16 or BF16");
    }
    if (info.shape().size() != 2 || info.elements() == 0) {
      throw bad("'" + key + "' has shape " + info.shape() + ", but must have two sizes above 0");
    }
    return info;
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

  private double scale(String module, long rank) {
    String key = PREFIX + module + ALPHA;
    boolean hasAlpha = file.names().contains(key);
    if (peft != null) {
      if (hasAlpha) {
        throw bad("'" + key + "' and '" + PeftMetadata.KEY + "' both give a scale");
      }
      return peft.scale(module, rank);
    }
    return hasAlpha ? alpha(key) / rank : 1;
  }

  private double alpha(String key) {
    TensorInfo info = file.info(key);
    if (!FLOATS.contains(info.dtype()) || info.elements() != 1) {
      throw bad(
          "'"
              + key
              + "' is of type "
              + info.dtype()
              + " and shape "
              + info.shape()
              + ", but must be one floating-point number");
    }
    try (PointerScope scope = new PointerScope()) {
      double alpha = file.tensor(key).to(ScalarType.Float).item_float();
      if (!(alpha > 0) || Double.isInfinite(alpha)) {
        throw bad("'" + key + "' is " + alpha + ", but must be a number above 0");
      }
      return alpha;
    }
  }

  private AtelierException bad(String problem) {
    return new AtelierException(
        ErrorCode.BAD_ADAPTER,
        "adapter "
            + path
            + ": "
            + problem
            + "; an adapter is loaded whole or not at all. Convert it to diffusers' format or train"
            + " it again");
  }
}
