package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.LearnedWord;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The vectors that textual inversion learned for a word, as a safetensors file with the tensors
 * {@code clip_l} [n, width of CLIP] and {@code t5} [n, width of T5]: the file that diffusers'
 * pivotal tuning writes beside its LoRA. Owns its tensors, float32 on the CPU; close it.
 *
 * <p>In diffusers, after {@code load_textual_inversion}, {@code
 * text_encoder.text_model.eos_token_id} must be set to the tokenizer's: with the published value,
 * 2, transformers pools at the largest id, which is then an added token and not the end of the
 * prompt.
 */
public final class TokenEmbeddings implements AutoCloseable {
  static final String CLIP = "clip_l";
  static final String T5 = "t5";

  private final Tensor clip;
  private final Tensor t5;
  private final Map<String, String> metadata;

  private TokenEmbeddings(Tensor clip, Tensor t5, Map<String, String> metadata) {
    this.clip = clip;
    this.t5 = t5;
    this.metadata = Map.copyOf(metadata);
  }

  /** Whether a file has tensors of these names; it may be broken all the same. */
  public static boolean isIn(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.has(CLIP) || file.has(T5);
    }
  }

  /**
   * Reads a file.
   *
   * @throws AtelierException BAD_ADAPTER with the tensor that is missing, unknown or misshaped
   */
  public static TokenEmbeddings read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      for (String name : file.names()) {
        require(Set.of(CLIP, T5).contains(name), path, "it has an unknown tensor '" + name + "'");
      }
      Tensor clip = rows(path, file, CLIP);
      Tensor t5 = rows(path, file, T5);
      require(
          clip.size(0) == t5.size(0),
          path,
          "'%s' has %d vectors, but '%s' %d".formatted(CLIP, clip.size(0), T5, t5.size(0)));
      return new TokenEmbeddings(Torch.keep(clip), Torch.keep(t5), file.metadata());
    }
  }

  private static Tensor rows(Path path, SafetensorsFile file, String name) {
    require(file.names().contains(name), path, "it has no tensor '" + name + "'");
    Tensor rows = file.tensor(name).to(ScalarType.Float).clone();
    String shape = Arrays.toString(rows.shape());
    require(
        rows.dim() == 2 && rows.numel() > 0, path, "'" + name + "' is " + shape + ", not [n, d]");
    require(
        rows.isfinite().all().item_bool(), path, "'" + name + "' has values that are no numbers");
    return rows;
  }

  private static void require(boolean valid, Path path, String problem) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "the token embeddings "
              + path
              + " cannot be used: "
              + problem
              + "; give a file of textual inversion for CLIP and T5");
    }
  }

  static void write(Path file, SortedMap<String, Tensor> rows, Map<String, String> lineage) {
    Map<String, String> header = new TreeMap<>(lineage);
    header.put("format", "pt");
    header.computeIfPresent(
        AdapterLineage.ARCHITECTURE,
        (key, value) -> value.replace(AdapterLineage.LORA, "/textual-inversion"));
    SafetensorsWriter.write(file, rows, header);
  }

  /** Writes the file. */
  public void write(Path file, Map<String, String> lineage) {
    write(file, new TreeMap<>(Map.of(CLIP, clip, T5, t5)), lineage);
  }

  /** How many vectors each encoder reads in place of the word. */
  public int vectors() {
    return Math.toIntExact(clip.size(0));
  }

  /** Values of all vectors. */
  public long parameters() {
    return clip.numel() + t5.numel();
  }

  /**
   * The word that the vectors were learned for: the trigger token of the lineage or, in a file of
   * another tool, the tokens of diffusers' training script, {@code <s0><s1>} and so on.
   */
  public String word() {
    return AdapterLineage.of(metadata)
        .map(AdapterLineage::triggerToken)
        .orElseGet(
            () ->
                IntStream.range(0, vectors())
                    .mapToObj(i -> "<s" + i + ">")
                    .collect(Collectors.joining()));
  }

  /**
   * Refuses vectors that are not as long as those of a checkpoint's encoders.
   *
   * @throws AtelierException BAD_ADAPTER
   */
  public void requireFits(Checkpoint checkpoint) {
    requireWidth(CLIP, clip, checkpoint.clip().hiddenSize());
    requireWidth(T5, t5, checkpoint.t5().dModel());
  }

  private static void requireWidth(String name, Tensor rows, int width) {
    if (rows.size(1) != width) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "the vectors of '%s' have %d values, but the checkpoint's encoder reads %d; they fit only the checkpoint that they were trained on"
              .formatted(name, rows.size(1), width));
    }
  }

  /** The vectors as a word of prompts; they live as long as this. */
  public LearnedWord as(String word) {
    return new LearnedWord(word, clip, t5);
  }

  /** String entries of the file's header. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    Torch.release(clip);
    Torch.release(t5);
  }
}
