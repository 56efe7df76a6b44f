package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Autoencoder;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
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
   * @param views at the set's resolutions, in rising order; all photos have as many
   * @param caption index of its caption
   */
  public record Photo(String id, List<View> views, int caption) {}

  /**
   * A photo at one resolution, before shift and scale; latents are [C, h, w], h and w even.
   *
   * @param plain the photo as it is
   * @param mirrored the photo with left and right swapped, of the same shape; null if not made. The
   *     mirror image of a latent is not the latent of the mirror image.
   */
  public record View(Autoencoder.Moments plain, Autoencoder.Moments mirrored) {

    /** Image tokens of the transformer. */
    public long tokens() {
      return (plain.mean().size(1) / 2) * (plain.mean().size(2) / 2);
    }

    /** Only photos of one size go into one batch. */
    String size() {
      return Arrays.toString(plain.mean().shape());
    }

    private Stream<Tensor> tensors() {
      return Stream.of(plain, mirrored)
          .filter(Objects::nonNull)
          .flatMap(moments -> Stream.of(moments.mean(), moments.logVariance()));
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

  /** How many resolutions each photo has. */
  public int levels() {
    return photos.get(0).views().size();
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

  /** Raw latents to the transformer's: {@code (z - shift) * scale}. */
  Tensor scaled(Tensor raw) {
    return raw.sub(new Scalar(shift)).mul(new Scalar(scale));
  }

  /** Lets go of the tensors. */
  @Override
  public void close() {
    each(Torch::release);
  }

  private void each(Consumer<Tensor> action) {
    photos.stream().flatMap(photo -> photo.views().stream()).flatMap(View::tensors).forEach(action);
    Stream.concat(captions.stream(), Stream.of(empty))
        .flatMap(caption -> Stream.of(caption.t5(), caption.pooled()))
        .forEach(action);
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
    String who = "has photo '" + photo.id() + "' with ";
    require(
        !photo.views().isEmpty() && photo.views().size() == levels(),
        who + photo.views().size() + " resolutions instead of " + levels());
    photo.views().forEach(view -> requireFits(who, view));
    require(
        photo.caption() >= 0 && photo.caption() < captions.size(),
        who + "caption " + photo.caption() + " of " + captions.size());
  }

  private static void requireFits(String who, View view) {
    long[] shape = view.plain().mean().shape();
    require(
        shape.length == 3 && shape[1] % 2 == 0 && shape[2] % 2 == 0 && view.tokens() > 0,
        who + "a latent of shape " + Arrays.toString(shape) + " instead of [C, even, even]");
    require(
        view.tensors().allMatch(tensor -> Arrays.equals(shape, tensor.shape())),
        who + "mean, variance or mirrored latent of different shapes");
  }

  private static void require(boolean valid, String problem) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "the training set " + problem + "; encode the photos again");
    }
  }
}
