package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import io.atelier.nn.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Writes LoRA files of diffusers or of sd-scripts. */
public final class AdapterWriter {
  static final String PREFIX = AdapterFormat.DIFFUSERS.prefix();
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";

  private static final String RANK = "ss_network_dim";
  private static final String ALPHA = "ss_network_alpha";

  private AdapterWriter() {}

  /** Reads {@code diffusers} or {@code kohya}, the formats that are written. */
  public static AdapterFormat format(String text) {
    return switch (text) {
      case "diffusers" -> AdapterFormat.DIFFUSERS;
      case "kohya" -> AdapterFormat.SD_SCRIPTS;
      default ->
          throw new AtelierException(
              ErrorCode.BAD_COMMAND_LINE,
              "adapters are not written in the format '" + text + "'; use diffusers or kohya");
    };
  }

  /** Reads {@code float32}, {@code bfloat16} or {@code float16}. */
  public static Dtype type(String text) {
    return switch (text) {
      case "float32" -> Dtype.F32;
      case "bfloat16" -> Dtype.BF16;
      case "float16" -> Dtype.F16;
      default ->
          throw new AtelierException(
              ErrorCode.BAD_COMMAND_LINE,
              "adapters are not written as '" + text + "'; use float32, bfloat16 or float16");
    };
  }

  /**
   * Writes a file in one step, in place of an existing one. The scale is folded into B, so alpha is
   * the rank wherever the format has one.
   *
   * @param format {@link AdapterFormat#DIFFUSERS} or {@link AdapterFormat#SD_SCRIPTS}
   * @param type of the factors in the file
   * @param metadata further string entries of the header
   * @return what a person should know about the file, a sentence each
   */
  public static List<String> write(
      Adapter adapter, Path file, AdapterFormat format, Dtype type, Map<String, String> metadata) {
    Map<String, String> header = new TreeMap<>(metadata);
    header.put("format", "pt");
    header.put(RANK, Integer.toString(adapter.rank()));
    header.put(ALPHA, Integer.toString(adapter.rank()));
    try (PointerScope scope = new PointerScope()) {
      return switch (format) {
        case DIFFUSERS -> {
          header.put(PeftMetadata.KEY, PeftMetadata.folded(adapter));
          SafetensorsWriter.write(file, diffusers(adapter, type), header);
          yield List.of();
        }
        case SD_SCRIPTS -> {
          header.put("ss_network_module", "networks.lora_flux");
          SdScriptsLayers layers = new SdScriptsLayers(adapter);
          SafetensorsWriter.write(file, layers.tensors(type), header);
          yield layers.warnings();
        }
        default ->
            throw new AtelierException(
                ErrorCode.INTERNAL, "the format '" + format.label() + "' is only read");
      };
    }
  }

  private static SortedMap<String, Tensor> diffusers(Adapter adapter, Dtype type) {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (String module : adapter.modules()) {
      Adapter.Pair pair = adapter.pair(module);
      put(tensors, PREFIX + module + A, pair.a(), type);
      put(tensors, PREFIX + module + B, pair.b(), type);
    }
    return tensors;
  }

  /** Adds a factor in the type of the file; float16 ends at 65504. */
  static void put(SortedMap<String, Tensor> tensors, String key, Tensor factor, Dtype type) {
    Tensor stored = factor.to(type.scalarType());
    if (!stored.isfinite().all().item_bool()) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "'" + key + "' has values that are too large for " + type + "; write it as float32");
    }
    tensors.put(key, stored);
  }
}
