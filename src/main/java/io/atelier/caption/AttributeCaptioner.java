package io.atelier.caption;

import java.util.ArrayList;
import java.util.List;

/**
 * Captions from measurements alone: no model, no GPU, the same words for the same numbers. For
 * example "a close-up portrait of a man, soft even light, mostly beige and brown tones, upright
 * format".
 */
final class AttributeCaptioner implements Captioner {
  private static final double CLOSE_UP = 0.20;
  private static final double HEAD_AND_SHOULDERS = 0.06;
  private static final double HALF_LENGTH = 0.015;

  @Override
  public Answer describe(Photo photo) {
    return Answer.free(caption(photo.attributes()), "attributes");
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public void close() {}

  static String caption(Attributes photo) {
    List<String> parts = new ArrayList<>();
    parts.add(subject(photo));
    parts.add(light(photo));
    if (!photo.colors().isEmpty()) {
      parts.add("mostly " + listed(photo.colors()) + " tones");
    }
    parts.add(format(photo) + " format");
    return String.join(", ", parts);
  }

  static String subject(Attributes photo) {
    String subject = "a " + framing(photo) + " of " + Article.before(photo.className());
    return switch (photo.faces()) {
      case 0, 1 -> subject;
      case 2 -> subject + " with somebody else";
      default -> subject + " with " + (photo.faces() - 1) + " others";
    };
  }

  private static String framing(Attributes photo) {
    double share = photo.largestFaceShare();
    if (photo.faces() == 0) {
      return "photo";
    } else if (share >= CLOSE_UP) {
      return "close-up portrait";
    } else if (share >= HEAD_AND_SHOULDERS) {
      return "head-and-shoulders portrait";
    }
    return share >= HALF_LENGTH ? "half-length portrait" : "full-length photo";
  }

  private static String light(Attributes photo) {
    if (photo.meanBrightness() < 0.25) {
      return "dark low-key light";
    } else if (photo.meanBrightness() < 0.4) {
      return "dim light";
    } else if (photo.meanBrightness() > 0.68) {
      return "bright light";
    } else if (photo.contrast() < 0.18) {
      return "soft even light";
    }
    return photo.contrast() > 0.28 ? "light with strong contrast" : "natural light";
  }

  private static String format(Attributes photo) {
    double ratio = (double) photo.width() / photo.height();
    if (ratio > 1.1) {
      return "landscape";
    }
    return ratio < 1 / 1.1 ? "upright" : "square";
  }

  private static String listed(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
