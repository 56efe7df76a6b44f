package io.atelier.image;

import java.util.Optional;

/**
 * A photo, decoded and upright.
 *
 * @param header what the file says about itself
 * @param orientation the EXIF orientation tag that was applied, 1 to 8
 * @param colorProfile name of the embedded colour profile, if it was not sRGB and was converted
 * @param pixels the upright picture in sRGB, alpha laid over white
 */
public record Decoded(Header header, int orientation, Optional<String> colorProfile, Rgb pixels) {}
