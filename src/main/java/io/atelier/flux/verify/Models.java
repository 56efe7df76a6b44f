package io.atelier.flux.verify;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.FlowMatchEuler;
import io.atelier.flux.FluxPipeline;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.T5Encoder;
import io.atelier.flux.TextEncoders;
import io.atelier.flux.Tokenizers;
import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import java.util.function.BiFunction;

/** The parts of one checkpoint, each loaded when a case first needs it and shared by all cases. */
public final class Models implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final Compute compute;
  private final CloseStack loaded = new CloseStack();
  private Tokenizers tokenizers;
  private ClipTextEncoder clip;
  private T5Encoder t5;
  private FluxTransformer transformer;
  private Autoencoder autoencoder;

  Models(Checkpoint checkpoint, Compute compute) {
    this.checkpoint = checkpoint;
    this.compute = compute;
  }

  /** The checkpoint. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Precision and device of every part. */
  public Compute compute() {
    return compute;
  }

  /** Both tokenizers. */
  public Tokenizers tokenizers() {
    if (tokenizers == null) {
      tokenizers = loaded.add(Tokenizers.open(checkpoint));
    }
    return tokenizers;
  }

  /** CLIP's text encoder. */
  public ClipTextEncoder clip() {
    if (clip == null) {
      clip = load(ClipTextEncoder::load);
    }
    return clip;
  }

  /** T5's encoder. */
  public T5Encoder t5() {
    if (t5 == null) {
      t5 = load(T5Encoder::load);
    }
    return t5;
  }

  /** The transformer; a case that changes it has to undo the change. */
  public FluxTransformer transformer() {
    if (transformer == null) {
      transformer = load(FluxTransformer::load);
    }
    return transformer;
  }

  /** The autoencoder. */
  public Autoencoder autoencoder() {
    if (autoencoder == null) {
      autoencoder = load(Autoencoder::load);
    }
    return autoencoder;
  }

  /** The noise schedule. */
  public FlowMatchEuler scheduler() {
    return new FlowMatchEuler(checkpoint.scheduler());
  }

  /** All parts as a pipeline; they stay this object's, so it is not to be closed. */
  public FluxPipeline pipeline() {
    TextEncoders encoders = new TextEncoders(tokenizers(), clip(), t5());
    return new FluxPipeline(encoders, transformer(), autoencoder(), scheduler());
  }

  @Override
  public void close() {
    loaded.close();
  }

  private <P extends AutoCloseable> P load(BiFunction<Checkpoint, Compute, P> loader) {
    return loaded.add(loader.apply(checkpoint, compute));
  }
}
