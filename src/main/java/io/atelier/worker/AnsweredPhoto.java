package io.atelier.worker;

import java.io.Serializable;

/**
 * A photo and what a captioner said of it.
 *
 * @param text the words, uncleaned
 * @param complete false if the captioner was stopped by its limit of tokens
 */
public record AnsweredPhoto(PhotoToCaption photo, String text, boolean complete)
    implements Serializable {}
