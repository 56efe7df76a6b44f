package io.atelier.worker;

import io.atelier.image.Measurer;
import io.atelier.image.Rules;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;

/** Decodes every photo once and measures it; one result for every input. */
public final class MeasurePhotos implements FlatMapFunction<Iterator<StoredPhoto>, MeasuredPhoto> {
  private static final long serialVersionUID = 1L;

  private final Rules rules;
  private final TaskSettings task;

  /** Measuring against some rules. */
  public MeasurePhotos(Rules rules, TaskSettings task) {
    this.rules = rules;
    this.task = task;
  }

  @Override
  public Iterator<MeasuredPhoto> call(Iterator<StoredPhoto> photos) {
    Measurer measurer = Measurer.open();
    TaskCompletionListener close = finished -> measurer.close();
    TaskContext.get().addTaskCompletionListener(close);
    return Units.each(photos, photo -> measure(measurer, photo));
  }

  private MeasuredPhoto measure(Measurer measurer, StoredPhoto photo) {
    MeasuredPhoto result =
        photo.uri() == null
            ? new MeasuredPhoto(photo, Optional.empty())
            : Failures.guard(
                () ->
                    new MeasuredPhoto(
                        photo, Optional.of(measurer.measure(task.read(photo.uri()), rules))),
                reason -> new MeasuredPhoto(photo.unreadable(reason), Optional.empty()));
    task.done().add(1);
    return result;
  }
}
