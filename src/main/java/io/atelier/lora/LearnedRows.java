package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.LearnedWord;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.Leaves;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

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
  private final Leaves leaves;
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
      SortedMap<String, List<Long>> shapes = new TreeMap<>();
      shapes.put(TokenEmbeddings.CLIP, Arrays.stream(start.clip().shape()).boxed().toList());
      shapes.put(TokenEmbeddings.T5, Arrays.stream(start.t5().shape()).boxed().toList());
      leaves = Leaves.of(shapes, start.clip().device());
      clip = leaves.leaf(TokenEmbeddings.CLIP);
      t5 = leaves.leaf(TokenEmbeddings.T5);
      clip.detach().copy_(start.clip());
      t5.detach().copy_(start.t5());
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

  @Override
  public Tensor values() {
    return leaves.values();
  }

  @Override
  public Tensor gradients() {
    return leaves.gradients();
  }

  /** Names are those of the file, see {@link TokenEmbeddings}. */
  @Override
  public SortedMap<String, Tensor> named(Tensor flat) {
    return leaves.named(flat);
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
      TokenEmbeddings.write(file, named(values()), lineage);
    }
  }

  @Override
  public void close() {
    leaves.close();
  }
}
