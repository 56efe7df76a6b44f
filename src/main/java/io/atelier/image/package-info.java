/**
 * From the bytes of a photo to a row: decode, orient, measure, hash, find faces, name colours,
 * judge.
 *
 * <p>{@link io.atelier.image.Measurer} does all of it and never throws for a bad photo; {@link
 * io.atelier.image.Decoder} is the one decoder for measurement, captions and training, so that they
 * all see the same upright pixels.
 */
package io.atelier.image;
