package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Both text encoders with their tokenizers: prompt in, embedding out. A prompt's embedding does not
 * depend on what else is encoded. One thread at a time.
 */
public final class TextEncoders implements AutoCloseable {
  /** Another one whenever the same text comes to another embedding, tokenizers included. */
  public static final String VERSION = "text-encoders-1";

  private final Tokenizers tokenizers;
  private final ClipTextEncoder clip;
  private final T5Encoder t5;

  /** Encoders of parts that they close with themselves. */
  public TextEncoders(Tokenizers tokenizers, ClipTextEncoder clip, T5Encoder t5) {
    this.tokenizers = tokenizers;
    this.clip = clip;
    this.t5 = t5;
  }

  /** The encoders of a checkpoint folder. */
  public static TextEncoders load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      TextEncoders result =
          new TextEncoders(
              onFailure.add(Tokenizers.open(checkpoint)),
              onFailure.add(ClipTextEncoder.load(checkpoint, compute)),
              onFailure.add(T5Encoder.load(checkpoint, compute)));
      onFailure.release();
      return result;
    }
  }

  /**
   * Encodes a prompt. CLIP reads the first 77 tokens, T5 the first {@code t5Length}; longer prompts
   * are cut, shorter ones padded.
   *
   * @param t5Length 512 for FLUX.1-dev, at most 256 for schnell
   */
  public PromptEmbedding encode(String prompt, int t5Length) {
    try (PointerScope scope = new PointerScope()) {
      Tensor pooled = clip.encode(row(tokenizers.clip(prompt))).pooled();
      Tensor hidden = t5.encode(row(tokenizers.t5(prompt, t5Length)));
      return new PromptEmbedding(Scopes.keep(hidden.squeeze(0)), Scopes.keep(pooled.squeeze(0)));
    }
  }

  /**
   * Encodes a prompt in which a learned word stands exactly once; gradients reach its vectors. The
   * vectors take as many positions as there are, so the rest of the prompt moves and what is too
   * long is cut.
   *
   * @throws AtelierException BAD_INPUT if the prompt does not have the word exactly once or so far
   *     back that both encoders cut it off, BAD_ADAPTER if the vectors are not as long as those of
   *     the vocabularies
   */
  public PromptEmbedding encode(String prompt, int t5Length, LearnedWord learned) {
    requireWidth("CLIP", learned.clip(), clip.tokenTable());
    requireWidth("T5", learned.t5(), t5.tokenTable());
    try (PointerScope scope = new PointerScope()) {
      int count = (int) learned.clip().size(0);
      PlacedIds forClip = tokenizers.clip(prompt, learned.word(), count);
      PlacedIds forT5 = tokenizers.t5(prompt, t5Length, learned.word(), count);
      if (forClip.count() + forT5.count() == 0) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            "the prompt \""
                + prompt
                + "\" is cut before the learned word '"
                + learned.word()
                + "'; put it further to the front");
      }
      Tensor pooled =
          clip.encode(row(forClip.ids()), forClip.from(), forClip.count(), learned.clip()).pooled();
      Tensor hidden = t5.encode(row(forT5.ids()), forT5.from(), forT5.count(), learned.t5());
      return new PromptEmbedding(Scopes.keep(hidden.squeeze(0)), Scopes.keep(pooled.squeeze(0)));
    }
  }

  private static void requireWidth(String encoder, Tensor vectors, Tensor table) {
    if (vectors.size(1) != table.size(1)) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          "the learned vectors for "
              + encoder
              + " have "
              + vectors.size(1)
              + " values, but the vocabulary's have "
              + table.size(1)
              + "; they fit only the checkpoint that they were trained on");
    }
  }

  /**
   * A word that means what {@code like} means so far: its {@code vectors} vectors are copies, in
   * float32, of those of the tokens of {@code like}, over and over (diffusers' {@code
   * initializer_concept}).
   *
   * @throws AtelierException BAD_INPUT if {@code like} has no token
   */
  public LearnedWord learned(String word, String like, int vectors) {
    try (PointerScope scope = new PointerScope()) {
      Tensor forClip = rows(clip.tokenTable(), tokenizers.clipIds(like), like, vectors);
      Tensor forT5 = rows(t5.tokenTable(), tokenizers.t5Ids(like), like, vectors);
      return new LearnedWord(word, Scopes.keep(forClip), Scopes.keep(forT5));
    }
  }

  /** Standard deviation over all values of CLIP's vocabulary. */
  public double clipDeviation() {
    return deviation(clip.tokenTable());
  }

  /** Standard deviation over all values of T5's vocabulary. */
  public double t5Deviation() {
    return deviation(t5.tokenTable());
  }

  private static double deviation(Tensor table) {
    try (PointerScope scope = new PointerScope()) {
      return table.to(ScalarType.Float).std().item_double();
    }
  }

  private static Tensor rows(Tensor table, long[] ids, String like, int vectors) {
    if (ids.length == 0) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "no token of the vocabulary is in \""
              + like
              + "\", so a word cannot start from it; name a noun");
    }
    long[] chosen = new long[vectors];
    for (int i = 0; i < vectors; i++) {
      chosen[i] = ids[i % ids.length];
    }
    Tensor index = Torch.tensor(chosen, vectors).to(table.device(), ScalarType.Long);
    return torch.embedding(table, index).to(ScalarType.Float);
  }

  @Override
  public void close() {
    t5.close();
    clip.close();
    tokenizers.close();
  }

  private static Tensor row(long[] ids) {
    return Torch.tensor(ids, 1, ids.length);
  }
}
