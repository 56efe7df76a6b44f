package io.atelier.worker;

import io.atelier.image.Measured;

/**
 * A content with what was measured of it.
 *
 * @param assetId sha-256 of the bytes
 */
public record MeasuredPhoto(String assetId, Measured measured) {}
