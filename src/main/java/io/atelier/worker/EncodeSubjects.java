package io.atelier.worker;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.TextEncoders;
import io.atelier.image.Bucket;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.image.TrainingImages;
import io.atelier.lora.SetEncoder;
import io.atelier.lora.TrainingSet;
import io.atelier.spark.UnitRun;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

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
    model.keepOnly(device, TextEncoders.class, Autoencoder.class);
    List<Encoded> results = new ArrayList<>();
    while (jobs.hasNext()) {
      TrainingJob job = jobs.next();
      results.add(
          Failures.guardRetried(
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
    SetEncoder encoder = new SetEncoder(text, vae, model.t5Length());
    for (TrainingPhoto photo : job.photos()) {
      UnitRun.stopIfGivenUp();
      encoder.add(photo.assetId(), views(job, photo, encoder), photo.text());
    }
    return encoder.set();
  }

  private List<TrainingSet.View> views(TrainingJob job, TrainingPhoto photo, SetEncoder encoder) {
    Rgb decoded = Decoder.decode(task.read(photo.uri()), Long.MAX_VALUE).pixels();
    List<TrainingSet.View> views = new ArrayList<>();
    for (int resolution : job.resolutions()) {
      Bucket bucket = job.shape().of(decoded.width(), decoded.height(), resolution);
      Rgb cover = TrainingImages.cover(decoded, bucket.width(), bucket.height(), photo.faceBox());
      views.add(encoder.view(pixels(cover), job.mirrored() ? pixels(cover.mirrored()) : null));
    }
    return views;
  }

  private static SetEncoder.Pixels pixels(Rgb picture) {
    return new SetEncoder.Pixels(TrainingImages.planes(picture), picture.width(), picture.height());
  }
}
