package io.atelier.store;

import java.io.Serializable;
import java.net.URI;
import java.time.Instant;

/**
 * One file of a listing.
 *
 * @param uri where it is
 * @param path its path relative to the listed folder, parts separated by {@code /}
 * @param bytes its size
 * @param modified when it was last written, milliseconds
 */
public record StoredFile(URI uri, String path, long bytes, Instant modified)
    implements Serializable {}
