package io.atelier.worker;

import io.atelier.image.ImageFormat;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.source.Incoming;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Copies what came in into the lake under the hash of its bytes; one result for every input. */
final class Registrar {
  private final TaskSettings task;
  private final Place place;
  private final boolean triedAgain = Failures.triedAgain();

  /** Where the copy of a content goes. */
  @FunctionalInterface
  interface Place {
    URI of(String assetId, String extension);
  }

  /** To be made on the task's own thread. */
  Registrar(TaskSettings task, Place place) {
    this.task = task;
    this.place = place;
  }

  /** The images of a dataset. */
  static Registrar ofDataset(TaskSettings task, String datasetId) {
    return new Registrar(
        task, (assetId, extension) -> task.lake().datasetImage(datasetId, assetId, extension));
  }

  RegisteredPhoto register(String subjectId, Incoming image) {
    return Failures.guardRetried(
        triedAgain, () -> copy(subjectId, image), reason -> unreadable(subjectId, image, reason));
  }

  private RegisteredPhoto copy(String subjectId, Incoming image) {
    byte[] bytes = image.content().read();
    String assetId = Hashes.of(bytes);
    Optional<ImageFormat> format = ImageFormat.of(bytes);
    URI uri = place.of(assetId, extension(format));
    if (!task.store().exists(uri)) {
      task.store().publish(uri, bytes);
    }
    return new RegisteredPhoto(
        Ids.input(subjectId, image.source(), image.member(), assetId),
        subjectId,
        assetId,
        image.source(),
        image.member(),
        task.lake().relative(uri),
        (long) bytes.length,
        format.map(ImageFormat::mediaType).orElse(null),
        image.caption(),
        image.label(),
        image.modified(),
        null);
  }

  private static RegisteredPhoto unreadable(String subjectId, Incoming image, String reason) {
    return new RegisteredPhoto(
        Ids.input(subjectId, image.source(), image.member(), null),
        subjectId,
        null,
        image.source(),
        image.member(),
        null,
        null,
        null,
        image.caption(),
        image.label(),
        image.modified(),
        reason);
  }

  private static String extension(Optional<ImageFormat> format) {
    return format.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("bin");
  }
}
