package io.atelier.flux;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.FileHash;
import io.atelier.nn.Weights;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A FLUX.1 checkpoint: a folder in the layout of the published repositories, with {@code
 * model_index.json} and a folder for every {@link Component}. Opening it reads and checks all
 * configurations and maps no weights.
 */
public final class Checkpoint {
  private static final int MOST_T5_TOKENS = 512;
  private static final String INDEX = "model_index.json";
  private static final List<String> ABSENT = List.of("image_encoder", "feature_extractor");

  private final Path root;
  private final TransformerConfig transformer;
  private final VaeConfig vae;
  private final ClipConfig clip;
  private final T5Config t5;
  private final SchedulerConfig scheduler;

  private Checkpoint(Path root) {
    this.root = root;
    checkIndex(ComponentConfig.read(root.resolve(INDEX)));
    this.transformer = TransformerConfig.read(config(Component.TRANSFORMER));
    this.vae = VaeConfig.read(config(Component.VAE));
    this.clip = ClipConfig.read(config(Component.TEXT_ENCODER));
    this.t5 = T5Config.read(config(Component.TEXT_ENCODER_2));
    this.scheduler = SchedulerConfig.read(config(Component.SCHEDULER));
    checkTogether();
  }

  /**
   * Opens a checkpoint.
   *
   * @throws AtelierException {@link ErrorCode#NOT_FOUND} if a file is missing, {@link
   *     ErrorCode#BAD_CHECKPOINT} if a configuration asks for something that this program does not
   *     compute
   */
  public static Checkpoint open(Path root) {
    if (!Files.isDirectory(root)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "the checkpoint " + root + " is not a folder; give the folder with model_index.json");
    }
    return new Checkpoint(root);
  }

  private static void checkIndex(ComponentConfig index) {
    index.requireText("_class_name", "FluxPipeline");
    for (Component component : Component.values()) {
      checkComponent(index, component);
    }
    for (String key : ABSENT) {
      JsonNode value = index.get(key);
      if (value != null && !(value.path(0).isNull() && value.path(1).isNull())) {
        throw index.bad(key, value.toString(), "[null, null]");
      }
    }
    index.refuseUnknown();
  }

  private static void checkComponent(ComponentConfig index, Component component) {
    JsonNode value = index.get(component.folder());
    boolean known =
        value != null
            && value.size() == 2
            && value.path(0).asText().equals(component.library())
            && component.classes().contains(value.path(1).asText());
    if (!known) {
      throw index.bad(
          component.folder(),
          value == null ? "absent" : value.toString(),
          "\""
              + component.library()
              + "\" and one of "
              + component.classes().stream().sorted().toList());
    }
  }

  /** The components must have been made for each other. */
  private void checkTogether() {
    requireSame("joint_attention_dim", transformer.jointAttentionDim(), "d_model", t5.dModel());
    requireSame(
        "pooled_projection_dim",
        transformer.pooledProjectionDim(),
        "hidden_size",
        clip.hiddenSize());
    requireSame(
        "in_channels", transformer.inChannels(), "4 * latent_channels", 4 * vae.latentChannels());
  }

  private void requireSame(String key, int value, String otherKey, int other) {
    if (value != other) {
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          root
              + ": the transformer's "
              + key
              + " is "
              + value
              + ", but "
              + otherKey
              + " of its partner is "
              + other
              + "; use components that were published together");
    }
  }

  private ComponentConfig config(Component component) {
    return ComponentConfig.read(configFile(component));
  }

  private Path configFile(Component component) {
    String name =
        switch (component) {
          case SCHEDULER -> "scheduler_config.json";
          default -> "config.json";
        };
    return folder(component).resolve(name);
  }

  /** The checkpoint's folder as it was given. */
  public Path root() {
    return root;
  }

  /** The folder of a component. */
  public Path folder(Component component) {
    return root.resolve(component.folder());
  }

  /** Opens the weights of a component; the caller closes them. */
  public Weights weights(Component component) {
    return Weights.open(folder(component), component.optionalPrefix());
  }

  /** The same without values, for checking names and shapes; the caller closes it. */
  Weights headers(Component component) {
    return Weights.headers(folder(component), component.optionalPrefix());
  }

  /** The files that define a component, sorted by name; what this program does not read is not. */
  public List<Path> files(Component component) {
    List<Path> files = new ArrayList<>();
    if (component == Component.TOKENIZER || component == Component.TOKENIZER_2) {
      files.addAll(new TokenizerFiles(folder(component)).paths());
    } else {
      files.add(configFile(component));
    }
    if (component.hasWeights()) {
      try (Weights weights = weights(component)) {
        files.addAll(weights.paths());
      }
    }
    files.sort(Comparator.comparing(this::nameOf));
    return files;
  }

  /** A file's name relative to the checkpoint, with slashes. */
  String nameOf(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  /**
   * SHA-256 over all {@link #files} and {@code model_index.json}: of the lines {@code HASH NAME}
   * with two spaces between, sorted by name, as {@code sha256sum} prints them. Files are read once
   * a process as long as their size and time stay the same.
   */
  public String hash() {
    SortedMap<String, Path> byName = new TreeMap<>();
    byName.put(INDEX, root.resolve(INDEX));
    for (Component component : Component.values()) {
      files(component).forEach(file -> byName.put(nameOf(file), file));
    }
    StringBuilder lines = new StringBuilder();
    byName.forEach(
        (name, file) -> lines.append(FileHash.sha256(file)).append("  ").append(name).append('\n'));
    return FileHash.sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Tokens that T5 reads of a prompt unless one says otherwise: what {@code tokenizer_2} was made
   * for, at most 512, and at most 256 for a checkpoint without guidance (FLUX.1-schnell), as
   * diffusers documents.
   */
  public int t5Length() {
    int made =
        new TokenizerFiles(folder(Component.TOKENIZER_2))
            .config()
            .path("model_max_length")
            .asInt(MOST_T5_TOKENS);
    return Math.min(made, transformer().guidanceEmbeds() ? MOST_T5_TOKENS : MOST_T5_TOKENS / 2);
  }

  /** Sizes of the transformer. */
  public TransformerConfig transformer() {
    return transformer;
  }

  /** Sizes of the autoencoder. */
  public VaeConfig vae() {
    return vae;
  }

  /** Sizes of the CLIP text encoder. */
  public ClipConfig clip() {
    return clip;
  }

  /** Sizes of the T5 encoder. */
  public T5Config t5() {
    return t5;
  }

  /** Time steps of the sampler. */
  public SchedulerConfig scheduler() {
    return scheduler;
  }
}
