package io.atelier.flux;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.IntStream;

/**
 * The two tokenizers of a FLUX.1 checkpoint, with the ids that transformers' fast tokenizers give
 * in diffusers' {@code FluxPipeline}. Special tokens written out in a prompt become special tokens,
 * as they do there. Safe for use by several threads.
 */
public final class Tokenizers implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
  private static final long T5_PAD = 0;
  private static final long T5_EOS = 1;

  static {
    // DJL otherwise asks the network, for its usage count and for missing files.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer clip;
  private final HuggingFaceTokenizer t5;
  private final int clipLength;
  private final long clipBos;
  private final long clipEos;
  private final long clipPad;

  private Tokenizers(Checkpoint checkpoint) {
    TokenizerFiles clipFiles = new TokenizerFiles(checkpoint.folder(Component.TOKENIZER));
    TokenizerFiles t5Files = new TokenizerFiles(checkpoint.folder(Component.TOKENIZER_2));
    JsonNode clipJson =
        clipFiles.hasTokenizerJson()
            ? clipFiles.json(TokenizerFiles.TOKENIZER)
            : ClipTokenizerJson.build(clipFiles);
    this.clipLength = checkpoint.clip().maxPositionEmbeddings();
    this.clipBos = id(clipFiles, clipJson, clipFiles.token("bos_token", "<|startoftext|>"));
    this.clipEos = id(clipFiles, clipJson, clipFiles.token("eos_token", "<|endoftext|>"));
    this.clipPad = id(clipFiles, clipJson, clipFiles.token("pad_token", "<|endoftext|>"));
    this.clip = load(clipFiles, clipJson);
    this.t5 = load(t5Files, t5Files.json(TokenizerFiles.TOKENIZER));
  }

  /** Loads both tokenizers of a checkpoint. */
  public static Tokenizers open(Checkpoint checkpoint) {
    return new Tokenizers(checkpoint);
  }

  private static HuggingFaceTokenizer load(TokenizerFiles files, JsonNode json) {
    ObjectNode plain = json.deepCopy();
    plain.remove("truncation");
    plain.remove("padding");
    byte[] bytes = plain.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          "the tokenizer in "
              + files.folder()
              + " cannot be loaded: "
              + e.getMessage()
              + "; download it again",
          e);
    }
  }

  private static long id(TokenizerFiles files, JsonNode json, String token) {
    for (JsonNode added : json.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return added.path("id").asLong();
      }
    }
    JsonNode id = json.path("model").path("vocab").path(token);
    if (!id.isIntegralNumber()) {
      throw files.bad("the special token '" + token + "' is not in the vocabulary");
    }
    return id.asLong();
  }

  /**
   * The ids for CLIP: start token, prompt, end token, then the padding token up to the length that
   * the encoder takes (77). A longer prompt is cut and keeps its end token.
   */
  public long[] clip(String prompt) {
    return clipFrame(clipIds(prompt));
  }

  /**
   * The same with {@code vectors} positions in place of the tokens of {@code word}.
   *
   * @throws AtelierException BAD_INPUT if the prompt does not have the word exactly once
   */
  PlacedIds clip(String prompt, String word, int vectors) {
    PlacedIds placed = place(clip, prompt, word, vectors, clipLength - 2);
    return new PlacedIds(clipFrame(placed.ids()), placed.from() + 1, placed.count());
  }

  private long[] clipFrame(long[] text) {
    int kept = Math.min(text.length, clipLength - 2);
    long[] ids = new long[clipLength];
    Arrays.fill(ids, clipPad);
    ids[0] = clipBos;
    System.arraycopy(text, 0, ids, 1, kept);
    ids[kept + 1] = clipEos;
    return ids;
  }

  /**
   * The ids for T5: prompt, end token, then 0 up to {@code length}. A longer prompt is cut and
   * keeps its end token.
   *
   * @param length 512 for FLUX.1-dev, 256 for FLUX.1-schnell; at least 1
   */
  public long[] t5(String prompt, int length) {
    return t5Frame(t5Ids(prompt), length);
  }

  /**
   * The same with {@code vectors} positions in place of the tokens of {@code word}.
   *
   * @throws AtelierException BAD_INPUT if the prompt does not have the word exactly once
   */
  PlacedIds t5(String prompt, int length, String word, int vectors) {
    PlacedIds placed = place(t5, prompt, word, vectors, length - 1);
    return new PlacedIds(t5Frame(placed.ids(), length), placed.from(), placed.count());
  }

  private static long[] t5Frame(long[] text, int length) {
    if (length < 1) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "the T5 length is "
              + length
              + ", but must be at least 1; use 512 (dev) or 256 (schnell)");
    }
    int kept = Math.min(text.length, length - 1);
    long[] ids = new long[length];
    Arrays.fill(ids, T5_PAD);
    System.arraycopy(text, 0, ids, 0, kept);
    ids[kept] = T5_EOS;
    return ids;
  }

  /** A token belongs to the word if it covers one of its letters. */
  private static PlacedIds place(
      HuggingFaceTokenizer tokenizer, String prompt, String word, int vectors, int most) {
    MatchResult found = LearnedWord.find(word, prompt);
    int wordStart = prompt.codePointCount(0, found.start());
    int wordEnd = prompt.codePointCount(0, found.end());
    Encoding encoding = tokenizer.encode(prompt);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] run =
        IntStream.range(0, spans.length)
            .filter(i -> spans[i].getStart() < wordEnd && spans[i].getEnd() > wordStart)
            .toArray();
    return PlacedIds.of(encoding.getIds(), run[0], run[run.length - 1] + 1, vectors, most);
  }

  /** The ids of a text alone, without special tokens. */
  long[] clipIds(String text) {
    return clip.encode(text).getIds();
  }

  /** The ids of a text alone, without special tokens. */
  long[] t5Ids(String text) {
    return t5.encode(text).getIds();
  }

  /** Tokens that CLIP would need for the whole prompt; more than 77 means that it is cut. */
  public int clipTokens(String prompt) {
    return clipIds(prompt).length + 2;
  }

  /** Tokens that T5 would need for the whole prompt, end token included. */
  public int t5Tokens(String prompt) {
    return t5Ids(prompt).length + 1;
  }

  /** Frees both tokenizers. */
  @Override
  public void close() {
    clip.close();
    t5.close();
  }
}
