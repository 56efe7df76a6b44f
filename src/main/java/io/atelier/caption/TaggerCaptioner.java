package io.atelier.caption;

import java.util.ArrayList;
import java.util.List;

/**
 * Captions from a classifier, behind what was measured of the subject. For example "a close-up
 * portrait of a man, in an office, wearing blue clothes". Its answers leave gaps for all that is
 * not in the pixels alone, because they are kept for whoever's photo it is.
 */
final class TaggerCaptioner implements Captioner {
  private static final String SUBJECT = "a {framing} of {class}";
  private static final String BACKGROUND = "{background}";

  private final Tagger tagger;

  TaggerCaptioner(Tagger tagger) {
    this.tagger = tagger;
  }

  @Override
  public Answer describe(Photo photo) {
    List<String> parts = new ArrayList<>(List.of(SUBJECT));
    parts.addAll(tagger.tags(photo.pixels().get()));
    return Answer.free(String.join(", ", parts), tagger.name());
  }

  /** The answer with its gaps filled. */
  static String worded(String answer, Attributes photo) {
    return answer
        .replace(SUBJECT, AttributeCaptioner.subject(photo))
        .replace(BACKGROUND, photo.background());
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public void close() {
    tagger.close();
  }
}
