package io.atelier.pretrain;

import io.atelier.flux.Tokenizers;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Captions as both encoders take them, in the caller's scope.
 *
 * @param clip [B, 77] int64
 * @param t5 [B, S] int64
 */
record CaptionIds(Tensor clip, Tensor t5) {

  /** The ids of captions, those for T5 padded to {@code length}. */
  static CaptionIds of(Tokenizers tokenizers, List<String> captions, int length) {
    return new CaptionIds(
        rows(captions, tokenizers::clip), rows(captions, c -> tokenizers.t5(c, length)));
  }

  private static Tensor rows(List<String> captions, Function<String, long[]> ids) {
    long[] flat = captions.stream().map(ids).flatMapToLong(LongStream::of).toArray();
    return Torch.tensor(flat, captions.size(), flat.length / captions.size());
  }
}
