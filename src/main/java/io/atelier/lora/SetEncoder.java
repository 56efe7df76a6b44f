package io.atelier.lora;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Makes the {@link TrainingSet} of one subject: photos to latents, captions to embeddings. */
public final class SetEncoder {
  /** Another one whenever the same photos come to other latents: how they are cropped counts. */
  public static final String VERSION = "set-encoder-1";

  private final TextEncoders text;
  private final Autoencoder vae;
  private final int t5Length;
  private final Map<String, Integer> captions = new LinkedHashMap<>();
  private final List<TrainingSet.Photo> photos = new ArrayList<>();

  /**
   * An encoder without photos. The models stay the caller's.
   *
   * @param t5Length tokens that T5 reads
   */
  public SetEncoder(TextEncoders text, Autoencoder vae, int t5Length) {
    this.text = text;
    this.vae = vae;
    this.t5Length = t5Length;
  }

  /**
   * A photo at one resolution.
   *
   * @param planes 3 × height × width values in [-1, 1], red plane first
   */
  public record Pixels(float[] planes, int width, int height) {}

  /** The latent of a photo, and of its mirror image if that is given; in the caller's scope. */
  public TrainingSet.View view(Pixels plain, Pixels mirrored) {
    return new TrainingSet.View(encode(plain), mirrored == null ? null : encode(mirrored));
  }

  private Autoencoder.Moments encode(Pixels pixels) {
    try (PointerScope scope = new PointerScope()) {
      Autoencoder.Moments moments =
          vae.encode(Torch.tensor(pixels.planes(), 1, 3, pixels.height(), pixels.width()));
      return new Autoencoder.Moments(
          Scopes.keep(withoutBatch(moments.mean())),
          Scopes.keep(withoutBatch(moments.logVariance())));
    }
  }

  private static Tensor withoutBatch(Tensor batchOfOne) {
    return batchOfOne.squeeze(0).cpu();
  }

  /** Adds a photo at the set's resolutions, in rising order. */
  public void add(String id, List<TrainingSet.View> views, String caption) {
    int number = captions.computeIfAbsent(caption, unseen -> captions.size());
    photos.add(new TrainingSet.Photo(id, views, number));
  }

  /** The set of the photos so far. */
  public TrainingSet set() {
    return new TrainingSet(
        photos,
        captions.keySet().stream().map(this::embed).toList(),
        embed(""),
        vae.config().shiftFactor(),
        vae.config().scalingFactor());
  }

  private TrainingSet.Caption embed(String caption) {
    PromptEmbedding embedding = text.encode(caption, t5Length);
    return new TrainingSet.Caption(embedding.t5(), embedding.pooled());
  }
}
