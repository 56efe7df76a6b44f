package io.atelier.worker;

import io.atelier.source.Incoming;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Copies files of people into the lake under the hash of their bytes. */
public final class RegisterPhotos implements FlatMapFunction<Iterator<PhotoFile>, RegisteredPhoto> {
  private static final long serialVersionUID = 1L;

  private final TaskSettings task;

  /** Registration into the task's lake. */
  public RegisterPhotos(TaskSettings task) {
    this.task = task;
  }

  @Override
  public Iterator<RegisteredPhoto> call(Iterator<PhotoFile> files) {
    return Units.each(files, this::register);
  }

  private RegisteredPhoto register(PhotoFile file) {
    Registrar registrar =
        new Registrar(task, (id, extension) -> task.lake().photo(file.subjectId(), id, extension));
    Incoming image =
        new Incoming(file.source(), null, null, null, null, () -> task.store().read(file.uri()));
    RegisteredPhoto registered = registrar.register(file.subjectId(), image);
    task.done().add(1);
    return registered;
  }
}
