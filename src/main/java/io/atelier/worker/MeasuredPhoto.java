package io.atelier.worker;

import io.atelier.image.Measured;
import java.util.Optional;

/**
 * A photo with its measurements.
 *
 * @param measured empty only for a file whose bytes never came; then {@code photo.reason()} says
 *     why
 */
public record MeasuredPhoto(StoredPhoto photo, Optional<Measured> measured) {}
