package io.atelier.caption;

import java.util.ArrayList;
import java.util.List;

/**
 * Captions from a classifier, behind what was measured of the subject. For example "a close-up
 * portrait of a man, in an office, wearing blue clothes".
 */
final class TaggerCaptioner implements Captioner {
  private static final String COLOR = "{color}";

  private final Tagger tagger;

  TaggerCaptioner(Tagger tagger) {
    this.tagger = tagger;
  }

  @Override
  public Answer describe(Photo photo) {
    List<String> parts = new ArrayList<>();
    parts.add(AttributeCaptioner.subject(photo.attributes()));
    for (String tag : tagger.tags(photo.pixels().get())) {
      parts.add(tag.replace(COLOR, color(photo.attributes())).strip());
    }
    return Answer.free(String.join(", ", parts), tagger.name());
  }

  /** The colour of most of the picture, or nothing. */
  private static String color(Attributes photo) {
    return photo.colors().isEmpty() ? "" : photo.colors().get(0);
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
