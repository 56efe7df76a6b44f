package io.atelier.worker;

import io.atelier.caption.Attributes;
import java.io.Serializable;
import java.util.List;

/** An accepted photo without a caption, by what was measured of it. */
public record PhotoToCaption(
    String captionId,
    String inputId,
    String subjectId,
    String assetId,
    String triggerToken,
    String classNoun,
    int width,
    int height,
    int faces,
    double largestFaceShare,
    double meanBrightness,
    double contrast,
    List<String> colours)
    implements Serializable {

  Attributes attributes() {
    return new Attributes(
        classNoun, width, height, faces, largestFaceShare, meanBrightness, contrast, colours);
  }
}
