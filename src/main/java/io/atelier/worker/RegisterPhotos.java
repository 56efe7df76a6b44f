package io.atelier.worker;

import io.atelier.image.ImageFormat;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.store.Store;
import java.net.URI;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Copies files into the lake under the hash of their bytes. */
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
    RegisteredPhoto registered =
        Failures.guard(() -> copy(file, task.store()), reason -> unreadable(file, reason));
    task.done().add(1);
    return registered;
  }

  private RegisteredPhoto copy(PhotoFile file, Store store) {
    byte[] bytes = store.read(file.uri());
    String assetId = Hashes.of(bytes);
    Optional<ImageFormat> format = ImageFormat.of(bytes);
    URI uri = task.lake().photo(file.subjectId(), assetId, extension(format));
    if (!store.exists(uri)) {
      store.publish(uri, bytes);
    }
    return new RegisteredPhoto(
        Ids.input(file.subjectId(), file.source(), assetId),
        file.subjectId(),
        assetId,
        file.source(),
        task.lake().relative(uri),
        (long) bytes.length,
        format.map(ImageFormat::mediaType).orElse(null),
        null);
  }

  private static RegisteredPhoto unreadable(PhotoFile file, String reason) {
    return new RegisteredPhoto(
        Ids.input(file.subjectId(), file.source(), null),
        file.subjectId(),
        null,
        file.source(),
        null,
        null,
        null,
        reason);
  }

  private static String extension(Optional<ImageFormat> format) {
    return format.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("bin");
  }
}
