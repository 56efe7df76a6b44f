package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.image.Measurer;
import io.atelier.store.Store;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to measure, with the places of the models.
 *
 * @param maxPixels larger pictures are refused by their header
 * @param faceModel YuNet; null for the Haar cascade
 * @param identityModel SFace; null for none
 */
public record MeasureSpec(
    long maxPixels, boolean faces, URI faceModel, URI identityModel, boolean brisque)
    implements Serializable {
  /**
   * Loads the models once, so that a wrong file is told before tasks fail of it.
   *
   * @throws AtelierException {@code NOT_FOUND} or {@code BAD_CONFIG}
   */
  public void check(Store store) {
    open(store).close();
  }

  /** With the models as files of this machine. */
  Measurer open(Store store) {
    return Measurer.open(
        new Measurer.Options(
            maxPixels, faces, local(store, faceModel), local(store, identityModel), brisque));
  }

  private static Optional<Path> local(Store store, URI model) {
    return Optional.ofNullable(model).map(uri -> ModelFiles.local(store, uri));
  }
}
