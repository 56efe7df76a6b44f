package io.atelier.worker;

import java.io.Serializable;

/**
 * A photo with its caption.
 *
 * @param caption as the captioner wrote it
 * @param text with the trigger token put in
 */
public record CaptionedPhoto(PhotoToCaption photo, String caption, String text)
    implements Serializable {}
