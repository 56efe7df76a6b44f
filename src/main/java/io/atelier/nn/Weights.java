package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The tensors of one component of a checkpoint, asked for by their published names.
 *
 * <p>A network's constructor asks for everything it needs with {@link #get} and then calls {@link
 * #requireAllUsed}, which reports all missing, misshapen and unexpected tensors in one error. Until
 * then a missing tensor is represented by one on device {@code meta}, which has a shape but no
 * values. Tensors handed out belong to this object and live until {@link #close}, in whatever scope
 * they were asked for; a network therefore keeps its Weights and closes them last. Where the file's
 * type and device already fit, a tensor is the mapped file itself, else a copy that all networks of
 * this JVM share ({@link SharedWeights}): never write into one in place.
 *
 * <p>{@link #recording} gives Weights without files: every tensor exists on device {@code meta},
 * and {@link #requested} tells what a constructor asked for, so that the list of expected tensors
 * is what the code truly loads.
 */
public final class Weights implements AutoCloseable {
  private static final int LISTED = 20;

  private final WeightFiles files;
  private final Map<String, Tensor> memory;
  private final String prefix;
  private final boolean values;
  private final Map<String, List<Long>> requested = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private final List<String> misshapen = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final List<SharedWeights.Key> shared = new ArrayList<>();

  private Weights(WeightFiles files, Map<String, Tensor> memory, String prefix, boolean values) {
    this.files = files;
    this.memory = memory;
    this.prefix = prefix;
    this.values = values;
  }

  /**
   * Opens the weights in a component folder: {@code diffusion_pytorch_model.safetensors} or {@code
   * model.safetensors}, or the same split into shards with an {@code .index.json}. Exactly one of
   * them must be there.
   */
  public static Weights open(Path folder) {
    return open(folder, "");
  }

  /**
   * The same, for components that are published with and without a prefix before every name (CLIP:
   * {@code text_model.}). Names are asked for without it; it is taken off if every tensor has it.
   */
  public static Weights open(Path folder, String optionalPrefix) {
    return open(folder, optionalPrefix, true);
  }

  /**
   * The same, but only names and shapes are looked at: every tensor is one on device {@code meta}.
   * For checking that a network and its files fit, in no time and no memory.
   */
  public static Weights headers(Path folder, String optionalPrefix) {
    return open(folder, optionalPrefix, false);
  }

  private static Weights open(Path folder, String optionalPrefix, boolean values) {
    WeightFiles files = WeightFiles.open(folder);
    boolean prefixed =
        !files.names().isEmpty()
            && files.names().stream().allMatch(name -> name.startsWith(optionalPrefix));
    return new Weights(files, null, prefixed ? optionalPrefix : "", values);
  }

  /** Weights without files that remember what is asked for; see the class comment. */
  public static Weights recording() {
    return new Weights(null, null, "", false);
  }

  /**
   * Weights that are handed out just as they are, whatever type is asked for: those of a network
   * under training, which may require gradients.
   */
  public static Weights of(Map<String, Tensor> tensors) {
    return new Weights(null, new LinkedHashMap<>(tensors), "", true);
  }

  /** Names in the files, without the optional prefix, sorted; none when recording. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    if (files != null) {
      files.names().forEach(name -> names.add(name.substring(prefix.length())));
    }
    if (memory != null) {
      names.addAll(memory.keySet());
    }
    return Collections.unmodifiableSortedSet(names);
  }

  /** True if the files have this tensor; always false when recording. */
  public boolean has(String name) {
    return files == null
        ? memory != null && memory.containsKey(name)
        : files.names().contains(prefix + name);
  }

  /** The files: the index if there is one, then the shards by name; none when recording. */
  public List<Path> paths() {
    return files == null ? List.of() : files.paths();
  }

  /**
   * The tensor of this name, in the type and on the device of {@code compute}. Marks it used. If it
   * is missing or has another shape, that is remembered for {@link #requireAllUsed} and a tensor
   * without values is returned.
   *
   * @param shape the shape that the network needs
   */
  public Tensor get(String name, Compute compute, long... shape) {
    requested.put(name, boxed(shape));
    if (isRecording()) {
      return placeholder(compute, shape);
    }
    used.add(name);
    if (!has(name)) {
      missing.add(name);
      return placeholder(compute, shape);
    }
    List<Long> found = memory == null ? info(name).shape() : boxed(memory.get(name).shape());
    if (!found.equals(boxed(shape))) {
      misshapen.add(name + " is " + found + ", needed " + Arrays.toString(shape));
      return placeholder(compute, shape);
    }
    if (memory != null) {
      return own(memory.get(name));
    }
    return values ? load(name, compute) : placeholder(compute, shape);
  }

  /**
   * A tensor that is stored under one or both of two names, because the model ties them (T5: {@code
   * shared.weight} and {@code encoder.embed_tokens.weight}). If both are there they must be equal.
   */
  public Tensor getTied(String name, String alias, Compute compute, long... shape) {
    requested.put(alias, boxed(shape));
    if (!has(alias)) {
      return get(name, compute, shape);
    }
    if (!has(name)) {
      Tensor tensor = get(alias, compute, shape);
      requested.put(name, boxed(shape));
      return tensor;
    }
    Tensor tensor = get(name, compute, shape);
    used.add(alias);
    if (values && files != null) {
      requireEqual(name, alias);
    }
    return tensor;
  }

  private void requireEqual(String name, String alias) {
    try (PointerScope scope = new PointerScope()) {
      boolean same =
          info(name).shape().equals(info(alias).shape())
              && info(name).dtype() == info(alias).dtype()
              && files.tensor(prefix + name).equal(files.tensor(prefix + alias));
      if (!same) {
        throw new AtelierException(
            ErrorCode.BAD_CHECKPOINT,
            files.folder()
                + " has different values in '"
                + name
                + "' and '"
                + alias
                + "', which the model ties; use a checkpoint where they agree");
      }
    }
  }

  /**
   * Type, shape and place of a tensor in the files; an error if it is missing or when recording.
   */
  public TensorInfo info(String name) {
    if (!has(name)) {
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT, "there is no tensor '" + name + "' in " + place());
    }
    return files.info(prefix + name);
  }

  /** What {@link #get} was asked for: names and shapes in the order of the first request. */
  public Map<String, List<Long>> requested() {
    return Collections.unmodifiableMap(requested);
  }

  /**
   * Fails with {@link ErrorCode#BAD_CHECKPOINT} unless what was asked for and what is there are the
   * same: lists missing, misshapen and unexpected tensors, up to 20 of each, and closes this
   * object. Does nothing when recording.
   */
  public void requireAllUsed() {
    if (isRecording()) {
      return;
    }
    List<String> unexpected = new ArrayList<>(names());
    unexpected.removeAll(used);
    if (missing.isEmpty() && misshapen.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    close();
    throw new AtelierException(
        ErrorCode.BAD_CHECKPOINT,
        place()
            + " does not fit the model that its config.json describes"
            + listed("missing", List.copyOf(missing))
            + listed("of another shape", misshapen)
            + listed("unexpected", unexpected)
            + "; use the files that were published together");
  }

  private static String listed(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String first = names.stream().limit(LISTED).collect(Collectors.joining(", "));
    String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
    return ", " + names.size() + " " + what + " (" + first + more + ")";
  }

  private String place() {
    return files != null ? files.folder().toString() : memory != null ? "memory" : "a recording";
  }

  private boolean isRecording() {
    return files == null && memory == null;
  }

  private Tensor load(String name, Compute compute) {
    String stored = prefix + name;
    ScalarType type = compute.precision().scalarType();
    try (PointerScope scope = new PointerScope()) {
      if (compute.onCpu() && files.info(stored).dtype().scalarType() == type) {
        return own(files.tensor(stored));
      }
      SharedWeights.Key key = new SharedWeights.Key(files.state(stored), stored, compute);
      Tensor copy =
          SharedWeights.take(key, () -> files.tensor(stored).to(compute.torchDevice(), type));
      shared.add(key);
      return own(copy);
    }
  }

  private Tensor placeholder(Compute compute, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      Torch.loadNatives();
      return own(Torch.empty(compute.precision().scalarType(), new Device("meta"), shape));
    }
  }

  private Tensor own(Tensor tensor) {
    owned.add(Torch.keep(tensor));
    return tensor;
  }

  private static List<Long> boxed(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** Frees every tensor that was handed out, and closes the files. */
  @Override
  public void close() {
    owned.forEach(Torch::release);
    owned.clear();
    shared.forEach(SharedWeights::giveBack);
    shared.clear();
    if (files != null) {
      files.close();
    }
  }
}
