package io.atelier.image;

/**
 * A photo, decoded and upright.
 *
 * @param header what the file says about itself
 * @param orientation the EXIF orientation tag that was applied, 1 to 8
 * @param pixels the upright picture, alpha laid over white
 */
public record Decoded(Header header, int orientation, Rgb pixels) {}
