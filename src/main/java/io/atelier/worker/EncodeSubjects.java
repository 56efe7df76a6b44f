package io.atelier.worker;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.image.Bucket;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.image.TrainingImages;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns every subject's photos into latents and captions into embeddings, one file a subject, so
 * that training loads neither encoder nor VAE.
 */
public final class EncodeSubjects implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final TaskSettings task;

  /** The encoders of one checkpoint. */
  public EncodeSubjects(ModelSpec model, TaskSettings task) {
    this.model = model;
    this.task = task;
  }

  /**
   * Result of one subject.
   *
   * @param reason why there is no file; null if there is one
   */
  public record Encoded(String adapterId, String reason) implements Serializable {}

  /** Encodes the subjects of one partition; a subject that fails is a result with a reason. */
  public List<Encoded> apply(Iterator<TrainingJob> jobs) {
    String device = task.begin();
    ModelHost.keepOnly(TextEncoders.class, Autoencoder.class);
    List<Encoded> results = new ArrayList<>();
    while (jobs.hasNext()) {
      TrainingJob job = jobs.next();
      results.add(
          Failures.guard(
              () -> encode(job, device), reason -> new Encoded(job.adapterId(), reason)));
      task.done().add(1);
    }
    return results;
  }

  private Encoded encode(TrainingJob job, String device) {
    URI target = task.lake().trainingSet(job.subjectId(), job.setId());
    if (!task.store().exists(target)) {
      try (ModelHost.Lease<TextEncoders> text =
              model.borrow(TextEncoders.class, device, TextEncoders::load);
          ModelHost.Lease<Autoencoder> vae =
              model.borrow(Autoencoder.class, device, Autoencoder::load);
          PointerScope scope = new PointerScope();
          TrainingSet set = trainingSet(job, text.model(), vae.model())) {
        ScratchFile.publish(task.store(), target, set::write);
      }
    }
    return new Encoded(job.adapterId(), null);
  }

  private TrainingSet trainingSet(TrainingJob job, TextEncoders text, Autoencoder vae) {
    Map<String, Integer> captions = new LinkedHashMap<>();
    List<TrainingSet.Photo> photos = new ArrayList<>();
    for (TrainingPhoto photo : job.photos()) {
      int caption = captions.computeIfAbsent(photo.text(), unseen -> captions.size());
      photos.add(new TrainingSet.Photo(photo.assetId(), views(job, photo, vae), caption));
    }
    List<TrainingSet.Caption> embeddings =
        captions.keySet().stream().map(caption -> embed(caption, text)).toList();
    return new TrainingSet(
        photos,
        embeddings,
        embed("", text),
        vae.config().shiftFactor(),
        vae.config().scalingFactor());
  }

  private TrainingSet.Caption embed(String caption, TextEncoders text) {
    PromptEmbedding embedding = text.encode(caption, model.t5Length());
    return new TrainingSet.Caption(embedding.t5(), embedding.pooled());
  }

  private List<TrainingSet.View> views(TrainingJob job, TrainingPhoto photo, Autoencoder vae) {
    Rgb decoded = Decoder.decode(task.read(photo.uri()), Long.MAX_VALUE).pixels();
    List<TrainingSet.View> views = new ArrayList<>();
    for (int resolution : job.resolutions()) {
      Bucket bucket = Bucket.of(decoded.width(), decoded.height(), resolution);
      Rgb cover = TrainingImages.cover(decoded, bucket.width(), bucket.height(), photo.faceBox());
      views.add(
          new TrainingSet.View(
              encode(cover, vae), job.mirrored() ? encode(cover.mirrored(), vae) : null));
    }
    return views;
  }

  private static Autoencoder.Moments encode(Rgb picture, Autoencoder vae) {
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels =
          Torch.tensor(TrainingImages.planes(picture), 1, 3, picture.height(), picture.width());
      Autoencoder.Moments moments = cpu(vae.encode(pixels));
      return new Autoencoder.Moments(
          Scopes.keep(moments.mean()), Scopes.keep(moments.logVariance()));
    }
  }

  /** Without the batch axis. */
  private static Autoencoder.Moments cpu(Autoencoder.Moments batchOfOne) {
    return new Autoencoder.Moments(
        batchOfOne.mean().squeeze(0).cpu(), batchOfOne.logVariance().squeeze(0).cpu());
  }
}
