package io.atelier.worker;

import io.atelier.caption.Attributes;
import java.io.Serializable;

/**
 * An accepted photo without a caption.
 *
 * @param source the file that it came from, for people
 * @param uri copy in the lake, relative to its root
 * @param descriptionId what an answer about it is kept under
 * @param prompt what a model is asked about it
 * @param attributes what was measured of it
 */
public record PhotoToCaption(
    String captionId,
    String inputId,
    String subjectId,
    String assetId,
    String source,
    String uri,
    String descriptionId,
    String prompt,
    String triggerToken,
    String classNoun,
    Attributes attributes)
    implements Serializable {}
