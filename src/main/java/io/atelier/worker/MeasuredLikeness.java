package io.atelier.worker;

import java.io.Serializable;

/**
 * How like a person a picture is.
 *
 * @param photos number of photos it was held against
 * @param likeness cosine of its embedding to the middle of theirs, -1 to 1; null if there is none
 * @param reason why there is none; null if there is one
 */
public record MeasuredLikeness(
    String subjectId, LikenessJob.MadePicture picture, int photos, Double likeness, String reason)
    implements Serializable {}
