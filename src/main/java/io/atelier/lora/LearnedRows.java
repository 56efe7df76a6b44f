package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.LearnedWord;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.Layers;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The vectors of a word under training, for CLIP and for T5, in float32 (diffusers {@code
 * train_dreambooth_lora_flux_advanced.py}, {@code TokenEmbeddingsHandler}): captions are encoded
 * anew with the present values, encoders and transformer stay as they are.
 */
final class LearnedRows implements Trained {
  /** How far, as a power, the spread of the vectors goes back to the vocabulary's in a step. */
  private static final double RETRACTION = 0.1;

  private final TextEncoders encoders;
  private final Inversion inversion;
  private final Tensor values;
  private final Tensor gradients;
  private final Tensor clip;
  private final Tensor t5;
  private final double clipDeviation;
  private final double t5Deviation;

  /**
   * Vectors that start as those of the class noun.
   *
   * @param captions how many the set has
   * @throws AtelierException BAD_INPUT if a caption does not have the word exactly once
   */
  LearnedRows(TextEncoders encoders, Inversion inversion, int captions) {
    this.encoders = encoders;
    this.inversion = inversion;
    requireCaptions(captions);
    clipDeviation = encoders.clipDeviation();
    t5Deviation = encoders.t5Deviation();
    try (PointerScope scope = new PointerScope()) {
      LearnedWord start =
          encoders.learned(inversion.word(), inversion.classNoun(), inversion.vectors());
      inversion.captions().forEach(start::requireIn);
      Tensor flatClip = start.clip().view(-1);
      Tensor flatT5 = start.t5().view(-1);
      values = Torch.keep(Layers.cat(0, flatClip, flatT5));
      gradients = Torch.keep(torch.zeros_like(values));
      clip = leaf(0, start.clip().size(1));
      t5 = leaf(clip.numel(), start.t5().size(1));
    }
  }

  private void requireCaptions(int captions) {
    if (captions != inversion.captions().size()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "the training set has %d captions, but the job %d; encode the photos again"
              .formatted(captions, inversion.captions().size()));
    }
  }

  private Tensor leaf(long offset, long width) {
    Tensor leaf = view(values, offset, width).detach().requires_grad_(true);
    // Backward adds to a gradient that is already there in place, so it stays a view.
    leaf.mutable_grad().put(view(gradients, offset, width));
    return Torch.keep(leaf);
  }

  private Tensor view(Tensor flat, long offset, long width) {
    return flat.narrow(0, offset, inversion.vectors() * width).view(inversion.vectors(), width);
  }

  @Override
  public Tensor values() {
    return values;
  }

  @Override
  public Tensor gradients() {
    return gradients;
  }

  /** Names are those of the file, see {@link TokenEmbeddings}. */
  @Override
  public SortedMap<String, Tensor> named(Tensor flat) {
    SortedMap<String, Tensor> named = new TreeMap<>();
    named.put(TokenEmbeddings.CLIP, view(flat, 0, clip.size(1)));
    named.put(TokenEmbeddings.T5, view(flat, clip.numel(), t5.size(1)));
    return named;
  }

  @Override
  public TrainingSet.Caption caption(TrainingSet set, int index) {
    PromptEmbedding embedding =
        encoders.encode(
            inversion.captions().get(index),
            Math.toIntExact(set.empty().t5().size(0)),
            new LearnedWord(inversion.word(), clip, t5));
    return new TrainingSet.Caption(embedding.t5(), embedding.pooled());
  }

  /** Draws the spread of the vectors back to the vocabulary's ({@code retract_embeddings}). */
  @Override
  public void stepped() {
    try (PointerScope scope = new PointerScope()) {
      retract(clip, clipDeviation);
      retract(t5, t5Deviation);
    }
  }

  private static void retract(Tensor leaf, double deviation) {
    Tensor rows = leaf.detach();
    double ratio = deviation / rows.std().item_double();
    rows.mul_(new Scalar(Math.pow(ratio, RETRACTION)));
  }

  @Override
  public void write(Path file, Map<String, String> lineage) {
    try (PointerScope scope = new PointerScope()) {
      TokenEmbeddings.write(file, named(values), lineage);
    }
  }

  @Override
  public void close() {
    Torch.release(clip);
    Torch.release(t5);
    Torch.release(values);
    Torch.release(gradients);
  }
}
