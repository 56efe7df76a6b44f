package io.atelier.worker;

import java.io.Serializable;

/**
 * A file of the lake to measure.
 *
 * @param assetId sha-256 of the bytes
 * @param uri copy in the lake, relative to its root
 */
public record StoredPhoto(String assetId, String uri) implements Serializable {}
