package io.atelier.flux;

import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Both text encoders with their tokenizers: prompt in, embedding out. A prompt's embedding does not
 * depend on what else is encoded. One thread at a time.
 */
public final class TextEncoders implements AutoCloseable {
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
