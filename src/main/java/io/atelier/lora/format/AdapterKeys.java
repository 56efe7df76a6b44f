package io.atelier.lora.format;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a LoRA file, sorted by the layer they belong to. Every key is placed, or the file is
 * refused with the first that is not; nothing is skipped.
 */
public final class AdapterKeys {

  /** What a tensor is to its layer. */
  public enum Role {
    /** The factor next to the input, [rank, in]. */
    A,
    /** The factor next to the output, [out, rank]. */
    B,
    /** One number; the product is scaled by alpha over rank. */
    ALPHA
  }

  /**
   * One layer's keys.
   *
   * @param stem what they share
   * @param keys by what their tensors are
   */
  public record LayerKeys(Layer layer, String stem, Map<Role, String> keys) {}

  private static final Pattern KEY =
      Pattern.compile(
          "(.+)\\.(?:(lora_A\\.weight|lora_down\\.weight|down\\.weight)"
              + "|(lora_B\\.weight|lora_up\\.weight|up\\.weight)"
              + "|alpha)");

  /** Other things that come in LoRA files, by a mark in their keys. */
  private static final Map<String, Pattern> FOREIGN = foreign();

  private final Path path;
  private final SortedMap<String, LayerKeys> layers = new TreeMap<>();
  private AdapterFormat format;

  private AdapterKeys(Path path) {
    this.path = path;
  }

  /**
   * Places the keys of a file.
   *
   * @param path named in the refusal
   * @throws AtelierException {@link ErrorCode#BAD_ADAPTER} for the first key, in order, that is of
   *     no layer of FLUX.1, of no format, of another format than the first, or takes a place twice
   */
  public static AdapterKeys of(Path path, Collection<String> keys) {
    AdapterKeys result = new AdapterKeys(path);
    keys.stream().sorted().forEach(result::place);
    if (result.layers.isEmpty()) {
      throw BadAdapter.in(path, "it holds no tensor");
    }
    return result;
  }

  private void place(String key) {
    FOREIGN.forEach(
        (what, mark) -> {
          if (mark.matcher(key).find()) {
            throw bad(key, "belongs to " + what + ", which is not supported");
          }
        });
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches()) {
      throw bad(key, "is of no LoRA format that this program knows");
    }
    String stem = matcher.group(1);
    AdapterFormat found = format(key, stem);
    if (format != null && found != format) {
      throw bad(key, "is of the format " + found.label() + ", but others are of " + format.label());
    }
    format = found;
    add(found.layer(stem), stem, role(matcher), key);
  }

  private static Role role(Matcher matcher) {
    if (matcher.group(2) != null) {
      return Role.A;
    }
    return matcher.group(3) != null ? Role.B : Role.ALPHA;
  }

  private AdapterFormat format(String key, String stem) {
    for (AdapterFormat candidate : AdapterFormat.values()) {
      if (candidate.layer(stem) != null) {
        return candidate;
      }
    }
    throw bad(key, "names no linear layer of FLUX.1");
  }

  private void add(Layer layer, String stem, Role role, String key) {
    LayerKeys keys =
        layers.computeIfAbsent(
            layer.name(), name -> new LayerKeys(layer, stem, new EnumMap<>(Role.class)));
    String other = keys.keys().put(role, key);
    if (other != null) {
      throw bad(key, "is the same tensor as '" + other + "'");
    }
  }

  private static Map<String, Pattern> foreign() {
    Map<String, Pattern> foreign = new LinkedHashMap<>();
    foreign.put("DoRA", Pattern.compile("\\.(dora_scale|lora_magnitude_vector)\\b"));
    foreign.put("LyCORIS", Pattern.compile("^lycoris_|\\.(lokr|hada|oft)_"));
    foreign.put("a control LoRA", Pattern.compile("\\.(query|key)_norm\\.|\\.lora_[AB]\\.bias$"));
    foreign.put("a text encoder", Pattern.compile("^(text_encoder(_2)?\\.|lora_te\\d?_)"));
    return foreign;
  }

  private AtelierException bad(String key, String problem) {
    return BadAdapter.in(path, "the key '" + key + "' " + problem);
  }

  /** Which tool's keys they are. */
  public AdapterFormat format() {
    return format;
  }

  /** The keys of every layer, sorted by its name. */
  public Collection<LayerKeys> layers() {
    return Collections.unmodifiableCollection(layers.values());
  }
}
