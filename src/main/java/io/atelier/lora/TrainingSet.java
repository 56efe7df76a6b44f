package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Everything a training job reads about one subject: for each photo the moments of its latent, so
 * that every step can sample anew as diffusers does, and the embeddings of its caption; and those
 * of the empty caption for dropout. Holds its tensors until it is closed.
 */
public final class TrainingSet implements AutoCloseable {

  /**
   * One photo.
   *
   * @param id what the caller knows it by, for error messages and lineage
   * @param mean of the latent before shift and scale, [C, h, w], h and w even
   * @param logVariance the same shape
   * @param caption index of its caption
   */
  public record Photo(String id, Tensor mean, Tensor logVariance, int caption) {

    /** Image tokens of the transformer. */
    public long tokens() {
      return (mean.size(1) / 2) * (mean.size(2) / 2);
    }

    /** Only photos of one size go into one batch. */
    String size() {
      return Arrays.toString(mean.shape());
    }
  }

  /**
   * One caption's embeddings.
   *
   * @param t5 last hidden state, [S, D]
   * @param pooled CLIP's pooled output, [P]
   */
  public record Caption(Tensor t5, Tensor pooled) {}

  private final List<Photo> photos;
  private final List<Caption> captions;
  private final Caption empty;
  private final double shift;
  private final double scale;

  /**
   * Checks that the parts fit each other and holds on to the tensors.
   *
   * @param empty embeddings of the empty caption
   * @param shift the VAE's {@code shift_factor}
   * @param scale the VAE's {@code scaling_factor}; a latent is {@code (sample - shift) * scale}
   */
  public TrainingSet(
      List<Photo> photos, List<Caption> captions, Caption empty, double shift, double scale) {
    this.photos = List.copyOf(photos);
    this.captions = List.copyOf(captions);
    this.empty = empty;
    this.shift = shift;
    this.scale = scale;
    require(!photos.isEmpty(), "has no photo");
    this.captions.forEach(this::requireFits);
    this.photos.forEach(this::requireFits);
    each(Torch::keep);
  }

  /** Reads what {@link #write} wrote; the tensors are mapped, not copied. */
  public static TrainingSet read(Path file) {
    return TrainingSetFile.read(file);
  }

  /** Writes one safetensors file. */
  public void write(Path file) {
    TrainingSetFile.write(this, file);
  }

  /** The photos, in the order they were given. */
  public List<Photo> photos() {
    return photos;
  }

  /** The distinct captions. */
  public List<Caption> captions() {
    return captions;
  }

  /** The embeddings of the empty caption. */
  public Caption empty() {
    return empty;
  }

  /** The VAE's {@code shift_factor}. */
  public double shift() {
    return shift;
  }

  /** The VAE's {@code scaling_factor}. */
  public double scale() {
    return scale;
  }

  /** Lets go of the tensors. */
  @Override
  public void close() {
    each(Torch::release);
  }

  private void each(Consumer<Tensor> action) {
    for (Photo photo : photos) {
      action.accept(photo.mean());
      action.accept(photo.logVariance());
    }
    for (Caption caption : captions) {
      action.accept(caption.t5());
      action.accept(caption.pooled());
    }
    action.accept(empty.t5());
    action.accept(empty.pooled());
  }

  private void requireFits(Caption caption) {
    require(
        caption.t5().dim() == 2
            && caption.pooled().dim() == 1
            && Arrays.equals(caption.t5().shape(), empty.t5().shape())
            && Arrays.equals(caption.pooled().shape(), empty.pooled().shape()),
        "has a caption of shapes "
            + Arrays.toString(caption.t5().shape())
            + " and "
            + Arrays.toString(caption.pooled().shape())
            + " beside an empty caption of "
            + Arrays.toString(empty.t5().shape())
            + " and "
            + Arrays.toString(empty.pooled().shape()));
  }

  private void requireFits(Photo photo) {
    long[] shape = photo.mean().shape();
    require(
        shape.length == 3 && shape[1] % 2 == 0 && shape[2] % 2 == 0 && photo.mean().numel() > 0,
        "has photo '"
            + photo.id()
            + "' with a latent of shape "
            + Arrays.toString(shape)
            + " instead of [C, even, even]");
    require(
        Arrays.equals(shape, photo.logVariance().shape()),
        "has photo '" + photo.id() + "' with mean and variance of different shapes");
    require(
        photo.caption() >= 0 && photo.caption() < captions.size(),
        "has photo '"
            + photo.id()
            + "' with caption "
            + photo.caption()
            + " of "
            + captions.size());
  }

  private static void require(boolean valid, String problem) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "the training set " + problem + "; encode the photos again");
    }
  }
}
