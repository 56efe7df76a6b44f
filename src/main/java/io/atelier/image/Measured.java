package io.atelier.image;

import java.util.Optional;

/**
 * What was found out about one file. Every file gives one, readable or not.
 *
 * @param header what the file says about its picture; empty when it is not even that readable
 * @param orientation EXIF orientation tag that was applied, 1 when there was none
 * @param colorProfile name of the embedded colour profile that was converted to sRGB
 * @param metrics the measurements; empty when the picture could not be decoded
 * @param problem why it could not be decoded; empty when it could
 */
public record Measured(
    Optional<Header> header,
    int orientation,
    Optional<String> colorProfile,
    Optional<Metrics> metrics,
    Optional<Reason> problem) {}
