package io.atelier.worker;

import java.io.Serializable;
import java.time.Instant;

/**
 * A file whose bytes are in the lake, or the reason why they are not.
 *
 * @param inputId hash over subject, source, member and asset id
 * @param assetId sha-256 of the bytes; null if they could not be read
 * @param member which part of the source; null for all of it
 * @param uri copy, relative to the lake's root; null if unreadable
 * @param bytes size; null if unreadable
 * @param mediaType by magic number; null if unknown
 * @param caption what was written beside it; null for nothing
 * @param label its class as the dataset gives it; null for none
 * @param modified when the source was last written; null if unknown
 * @param reason why it could not be read; null if it could
 */
public record RegisteredPhoto(
    String inputId,
    String subjectId,
    String assetId,
    String source,
    String member,
    String uri,
    Long bytes,
    String mediaType,
    String caption,
    String label,
    Instant modified,
    String reason)
    implements Serializable {}
