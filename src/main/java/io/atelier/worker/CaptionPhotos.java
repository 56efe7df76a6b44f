package io.atelier.worker;

import io.atelier.caption.CleanCaption;
import io.atelier.caption.TriggerRule;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Cleans what a captioner said of photos and puts the trigger token in by code. */
public final class CaptionPhotos
    implements FlatMapFunction<Iterator<AnsweredPhoto>, CaptionedPhoto> {
  private static final long serialVersionUID = 1L;

  private final TaskSettings task;

  /** Captions, counted by the task's counter. */
  public CaptionPhotos(TaskSettings task) {
    this.task = task;
  }

  @Override
  public Iterator<CaptionedPhoto> call(Iterator<AnsweredPhoto> photos) {
    return Units.each(
        photos,
        photo ->
            Failures.guard(
                () -> caption(photo),
                reason -> new CaptionedPhoto(photo.photo(), null, null, reason)));
  }

  private CaptionedPhoto caption(AnsweredPhoto answered) {
    PhotoToCaption photo = answered.photo();
    CleanCaption clean = CleanCaption.of(answered.text(), answered.complete());
    if (clean.problem().isPresent()) {
      throw new AtelierException(
          ErrorCode.NO_CAPTION,
          "The caption '" + answered.text() + "' is of no use: " + clean.problem().get() + ".");
    }
    String text = new TriggerRule(photo.triggerToken(), photo.classNoun()).apply(clean.text());
    task.done().add(1);
    return new CaptionedPhoto(photo, answered.text(), text, null);
  }
}
