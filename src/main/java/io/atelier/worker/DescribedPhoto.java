package io.atelier.worker;

import io.atelier.caption.Answer;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * What became of one photo that a captioner was to describe.
 *
 * @param answer what it said; null if it said nothing
 * @param reason why the answer is no caption, or why there is none; null if it is one
 * @param seconds wall time
 * @param fatal why no other photo would fare better; null if others may
 */
public record DescribedPhoto(
    PhotoToCaption photo, Answer answer, String reason, double seconds, ErrorCode fatal)
    implements Serializable {}
