package io.atelier.worker;

import io.atelier.image.Measured;
import io.atelier.image.Measurer;
import io.atelier.image.Reason;
import io.atelier.image.ReasonCode;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;

/** Decodes every photo once and measures it; one result for every input. */
public final class MeasurePhotos implements FlatMapFunction<Iterator<StoredPhoto>, MeasuredPhoto> {
  private static final long serialVersionUID = 1L;

  private final MeasureSpec spec;
  private final TaskSettings task;

  /** Measuring what the spec asks for. */
  public MeasurePhotos(MeasureSpec spec, TaskSettings task) {
    this.spec = spec;
    this.task = task;
  }

  @Override
  public Iterator<MeasuredPhoto> call(Iterator<StoredPhoto> photos) {
    Measurer measurer = spec.open(task.store());
    TaskCompletionListener close = finished -> measurer.close();
    TaskContext.get().addTaskCompletionListener(close);
    return Units.each(photos, photo -> measure(measurer, photo));
  }

  private MeasuredPhoto measure(Measurer measurer, StoredPhoto photo) {
    MeasuredPhoto result =
        new MeasuredPhoto(
            photo.assetId(),
            Failures.guardRetried(
                () -> measurer.measure(task.read(photo.uri())), MeasurePhotos::unreadable));
    task.done().add(1);
    return result;
  }

  private static Measured unreadable(String why) {
    Reason reason =
        new Reason(
            ReasonCode.UNREADABLE.name(),
            Reason.Severity.REJECT,
            Double.NaN,
            Double.NaN,
            "The file could not be read: " + why);
    return new Measured(
        Optional.empty(), 1, Optional.empty(), Optional.empty(), Optional.of(reason));
  }
}
