package io.atelier.pretrain;

import io.atelier.flux.ClipConfig;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.T5Config;
import io.atelier.flux.T5Encoder;
import io.atelier.flux.Tokenizers;
import io.atelier.nn.Compute;
import io.atelier.nn.Scopes;
import io.atelier.nn.Weights;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Both text encoders, frozen, for whole batches of captions. One thread at a time. */
final class Captioned implements AutoCloseable {
  private final Tokenizers tokenizers;
  private final ClipTextEncoder clip;
  private final T5Encoder t5;

  /** Encoders of these weights; the tokenizers stay the caller's. */
  Captioned(
      Tokenizers tokenizers, ClipConfig clip, Weights clipWeights, T5Config t5, Weights t5Weights) {
    this.tokenizers = tokenizers;
    this.clip = new ClipTextEncoder(clip, clipWeights, Compute.CPU_FLOAT32);
    this.t5 = new T5Encoder(t5, t5Weights, Compute.CPU_FLOAT32);
  }

  /** Embeddings of captions with {@code length} tokens for T5, in the caller's scope. */
  PromptEmbedding.Batch encode(List<String> captions, int length) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      CaptionIds ids = CaptionIds.of(tokenizers, captions, length);
      return new PromptEmbedding.Batch(
          Scopes.keep(t5.encode(ids.t5())), Scopes.keep(clip.encode(ids.clip()).pooled()));
    }
  }

  /** Whether T5 reads all of {@code caption} in {@code length} tokens. */
  boolean fits(String caption, int length) {
    return tokenizers.t5Tokens(caption) <= length;
  }

  @Override
  public void close() {
    clip.close();
    t5.close();
  }
}
