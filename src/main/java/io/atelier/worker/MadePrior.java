package io.atelier.worker;

import java.io.Serializable;

/**
 * How the making of class samples ended.
 *
 * @param uri file, relative to the lake's root; null if it failed
 * @param reason why it failed; null if it did not
 */
public record MadePrior(String priorId, String uri, String sha256, Long bytes, String reason)
    implements Serializable {}
