package io.atelier.worker;

import java.io.Serializable;
import java.util.List;

/**
 * Pictures of one adapter and the photos it was trained on.
 *
 * @param photos files, relative to the lake's root; none where the lake has lost them
 */
public record LikenessJob(String subjectId, List<String> photos, List<MadePicture> pictures)
    implements Serializable {

  /**
   * A picture that was made.
   *
   * @param uri file, relative to the lake's root
   * @param pixelSha256 of its pixels
   */
  public record MadePicture(String requestId, String adapterId, String uri, String pixelSha256)
      implements Serializable {}
}
