package io.atelier.worker;

import java.io.Serializable;

/**
 * A file whose bytes are in the lake, or the reason why they are not.
 *
 * @param inputId hash over subject, source and asset id
 * @param assetId sha-256 of the bytes; null if they could not be read
 * @param uri copy, relative to the lake's root; null if unreadable
 * @param bytes size; null if unreadable
 * @param mediaType by magic number; null if unknown
 * @param reason why it could not be read; null if it could
 */
public record RegisteredPhoto(
    String inputId,
    String subjectId,
    String assetId,
    String source,
    String uri,
    Long bytes,
    String mediaType,
    String reason)
    implements Serializable {}
