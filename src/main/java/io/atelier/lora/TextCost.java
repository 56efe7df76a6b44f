package io.atelier.lora;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.ClipConfig;
import io.atelier.flux.T5Config;
import io.atelier.nn.Precision;

/**
 * An estimate, on the high side, of the memory that the text encoders take where gradients go back
 * through them.
 *
 * @param weights bytes of both encoders' weights
 * @param graph bytes that the encoding of one prompt keeps for the backward pass
 */
record TextCost(long weights, long graph) {
  /** Numbers that a layer keeps for each token and unit of its width: the norms' inputs. */
  private static final long WIDTHS = 6;

  /** The same for its attention: queries, keys, values and their sum. */
  private static final long HEADS = 4;

  /** The same for its feed-forward layer: both factors of the gate, before and after. */
  private static final long FEED_FORWARDS = 3;

  /** Without text encoders. */
  static final TextCost NONE = new TextCost(0, 0);

  /** The cost for prompts of so many tokens of T5. */
  static TextCost of(Checkpoint checkpoint, Precision precision, long t5Length) {
    ClipConfig c = checkpoint.clip();
    long clipWidth = c.hiddenSize();
    long clipInner = c.intermediateSize();
    long clip = c.numHiddenLayers() * clipWidth * (4 * clipWidth + 2 * clipInner);
    long clipTables = clipWidth * (c.vocabSize() + (long) c.maxPositionEmbeddings());
    long clipKept = kept(clipWidth, clipWidth, clipInner);

    T5Config t = checkpoint.t5();
    long t5Width = t.dModel();
    long t5Heads = (long) t.numHeads() * t.dKv();
    long t5 = t.numLayers() * t5Width * (4 * t5Heads + 3L * t.dFf());
    long t5Tables = t5Width * t.vocabSize();
    long t5Kept = kept(t5Width, t5Heads, t.dFf());

    long bytes = precision == Precision.BFLOAT16 ? Short.BYTES : Float.BYTES;
    return new TextCost(
        bytes * (clip + clipTables + t5 + t5Tables),
        c.numHiddenLayers() * c.maxPositionEmbeddings() * clipKept
            + t.numLayers() * t5Length * t5Kept);
  }

  /** Bytes that a layer keeps for a token. Float32: attention computes in it where it must. */
  private static long kept(long width, long heads, long feedForward) {
    return Float.BYTES * (WIDTHS * width + HEADS * heads + FEED_FORWARDS * feedForward);
  }
}
