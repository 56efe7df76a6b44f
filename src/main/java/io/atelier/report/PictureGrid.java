package io.atelier.report;

import java.util.Locale;

/** The pictures of one subject with look, seed and prompt. */
final class PictureGrid {
  private PictureGrid() {}

  static Html of(ImageFolder images, SubjectReport subject) {
    return Html.of(
        "<div class=\"grid\">{}</div>\n",
        Html.each(subject.pictures(), picture -> figure(images, subject, picture)));
  }

  private static Html figure(ImageFolder images, SubjectReport subject, PictureReport picture) {
    return Html.of(
        """
        <figure>{}<figcaption><b>{}</b><span class="meta">{} · seed {}{}</span>\
        <span class="prompt" title="{}">{}</span></figcaption></figure>
        """,
        tile(images, subject, picture),
        picture.look(),
        picture.pack(),
        picture.seed(),
        likeness(picture),
        picture.prompt(),
        picture.prompt());
  }

  private static Html likeness(PictureReport picture) {
    return picture.likeness() == null
        ? Html.NONE
        : Html.of(" · likeness {}", String.format(Locale.ROOT, "%.2f", picture.likeness()));
  }

  /** The picture, or a tile that says why there is none. */
  static Html tile(ImageFolder images, SubjectReport subject, PictureReport picture) {
    String alt = subject.name() + ", look " + picture.look() + " of " + picture.pack();
    if (picture.outcome() == Outcome.DONE && picture.image() != null) {
      return images.picture(picture.image(), alt, hint(picture));
    }
    String kind = picture.outcome() == Outcome.FAILED ? "failed" : "none";
    return ImageFolder.missing(kind, absence(picture), alt);
  }

  private static String hint(PictureReport picture) {
    return picture.look() + " · seed " + picture.seed() + "\n" + picture.prompt();
  }

  /** Why there is no picture, one sentence. */
  static String absence(PictureReport picture) {
    return switch (picture.outcome()) {
      case DONE -> "Made, but its file is not there";
      case PENDING -> picture.reason() == null ? "Not made yet" : "Not made: " + picture.reason();
      case FAILED -> "Failed: " + (picture.reason() == null ? "no reason" : picture.reason());
    };
  }
}
