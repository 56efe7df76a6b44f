package io.atelier.worker;

import java.io.Serializable;
import java.net.URI;

/**
 * A file that came in and is not registered yet.
 *
 * @param subjectId whose photo
 * @param source path inside the photo folder
 * @param uri where the bytes are
 */
public record PhotoFile(String subjectId, String source, URI uri) implements Serializable {}
