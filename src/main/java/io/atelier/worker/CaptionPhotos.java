package io.atelier.worker;

import io.atelier.caption.Captioner;
import io.atelier.caption.Captioners;
import io.atelier.caption.CleanCaption;
import io.atelier.caption.TriggerRule;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Describes photos in words and puts the trigger token in by code. */
public final class CaptionPhotos
    implements FlatMapFunction<Iterator<PhotoToCaption>, CaptionedPhoto> {
  private static final long serialVersionUID = 1L;

  private final String captioner;
  private final TaskSettings task;

  /** Captions by the captioner of that name. */
  public CaptionPhotos(String captioner, TaskSettings task) {
    this.captioner = captioner;
    this.task = task;
  }

  @Override
  public Iterator<CaptionedPhoto> call(Iterator<PhotoToCaption> photos) {
    Captioner writer = Captioners.named(captioner);
    return Units.each(
        photos,
        photo ->
            Failures.guard(
                () -> caption(writer, photo),
                reason -> new CaptionedPhoto(photo, null, null, reason)));
  }

  private CaptionedPhoto caption(Captioner writer, PhotoToCaption photo) {
    String caption = writer.caption(photo.attributes());
    CleanCaption clean = CleanCaption.of(caption);
    if (clean.problem().isPresent()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The caption '" + caption + "' is of no use: " + clean.problem().get() + ".");
    }
    String text = new TriggerRule(photo.triggerToken(), photo.classNoun()).apply(clean.text());
    task.done().add(1);
    return new CaptionedPhoto(photo, caption, text, null);
  }
}
