package io.atelier.report;

import java.util.List;

/** Everything about one subject: photos, training, pictures. */
final class SubjectCard {
  private final ImageFolder images;

  SubjectCard(ImageFolder images) {
    this.images = images;
  }

  /** The name of a subject's card inside a page, by its position in the run. */
  static String anchor(int index) {
    return "subject-" + (index + 1);
  }

  Html card(int index, SubjectReport subject) {
    return Html.of(
        """
        <article class="card" id="{}">
        <div class="who"><h3><bdi>{}</bdi></h3>{}
        <p class="line">{} · trigger <code>{}</code> · {}</p></div>
        {}{}{}{}
        </article>
        """,
        anchor(index),
        subject.name(),
        badge(subject.adapter()),
        subject.classNoun(),
        subject.trigger(),
        subject.consent() == null
            ? new Html("<span class=\"badge warn\">no consent reference</span>")
            : Html.of("consent <code>{}</code>", subject.consent()),
        training(subject),
        accepted(subject),
        refused(subject),
        pictures(subject));
  }

  static Html badge(AdapterReport adapter) {
    if (adapter == null) {
      return new Html("<span class=\"badge\">not trained</span>");
    }
    return switch (adapter.outcome()) {
      case DONE -> new Html("<span class=\"badge good\">trained</span>");
      case PENDING -> new Html("<span class=\"badge\">not trained yet</span>");
      case FAILED -> new Html("<span class=\"badge bad\">training failed</span>");
    };
  }

  private static Html training(SubjectReport subject) {
    AdapterReport adapter = subject.adapter();
    if (adapter == null) {
      return Html.NONE;
    }
    Html failure =
        Html.when(
            adapter.outcome() == Outcome.FAILED,
            Html.of("<p class=\"alarm\">{}</p>", String.valueOf(adapter.reason())));
    Html chart =
        subject.losses().isEmpty()
            ? new Html("<p class=\"quiet\">No step was recorded.</p>")
            : new Html(LossChart.svg(subject.losses(), "Training loss of " + subject.name()));
    return Html.of(
        """
        <h4>Training</h4>{}
        <div class="training"><div class="plot">{}</div><dl>{}{}{}{}{}</dl></div>
        """,
        failure,
        chart,
        Overview.fact("Steps", Html.of("{}", Numbers.count(adapter.steps()))),
        Overview.fact("Rank", Html.of("{}", adapter.rank())),
        Overview.fact("Loss", loss(adapter)),
        Overview.fact("Time", Html.of("{}", Numbers.duration(adapter.seconds()))),
        Overview.fact("Adapter", Html.of("<code class=\"id\">{}</code>", adapter.id())));
  }

  private static Html loss(AdapterReport adapter) {
    return Html.of("{} → {}", Numbers.show(adapter.firstLoss()), Numbers.show(adapter.finalLoss()));
  }

  private Html accepted(SubjectReport subject) {
    List<PhotoReport> photos = subject.accepted();
    if (photos.isEmpty()) {
      return new Html("<h4>Accepted photos</h4><p class=\"alarm\">No photo was accepted.</p>\n");
    }
    return Html.of(
        "<h4>Accepted photos <small>{}</small></h4><div class=\"grid\">{}</div>{}\n",
        Numbers.count(subject.counts().accepted()),
        Html.each(photos, photo -> figure(subject, photo)),
        more(subject.counts().accepted() - photos.size()));
  }

  private static Html more(long photos) {
    return Html.when(
        photos > 0,
        Html.of("<p class=\"quiet\">… and {}.</p>", Numbers.count(photos, "more photo")));
  }

  private Html figure(SubjectReport subject, PhotoReport photo) {
    Html caption =
        photo.caption() == null
            ? new Html("<span class=\"quiet\">no caption</span>")
            : Html.of("<span class=\"caption\">{}</span>", photo.caption());
    return Html.of(
        """
        <figure>{}<figcaption>{}<span class="meta">{}</span>{}</figcaption></figure>
        """,
        image(subject, photo),
        caption,
        photo.source(),
        Html.each(
            photo.reasons(), r -> Html.of("<span class=\"warning\">{}</span>", r.sentence())));
  }

  private Html image(SubjectReport subject, PhotoReport photo) {
    String alt = "Photo " + photo.source() + " of " + subject.name();
    return photo.image() == null
        ? ImageFolder.missing("none", "No image", alt)
        : images.picture(photo.image(), alt, photo.source());
  }

  private Html refused(SubjectReport subject) {
    List<PhotoReport> photos = subject.refused();
    return Html.when(
        !photos.isEmpty(),
        Html.of(
            "<h4>Refused photos <small>{}</small></h4><ul class=\"refused\">{}</ul>{}\n",
            Numbers.count(subject.counts().refused()),
            Html.each(
                photos,
                photo ->
                    Html.of(
                        "<li>{}<div><b class=\"meta\">{}</b><ul>{}</ul></div></li>\n",
                        image(subject, photo),
                        photo.source(),
                        Html.each(photo.reasons(), SubjectCard::reason))),
            more(subject.counts().refused() - photos.size())));
  }

  private static Html reason(ReasonReport reason) {
    Html numbers =
        reason.value() == null && reason.threshold() == null
            ? Html.NONE
            : Html.of(
                " · value {} · limit {}",
                Numbers.show(reason.value()),
                Numbers.show(reason.threshold()));
    return Html.of(
        "<li>{}<span class=\"meta\"><code>{}</code>{}</span></li>\n",
        reason.sentence(),
        reason.code(),
        numbers);
  }

  private Html pictures(SubjectReport subject) {
    return Html.when(
        !subject.pictures().isEmpty(),
        Html.of(
            "<h4>Pictures <small>{} of {}</small></h4>{}",
            subject.made(),
            subject.pictures().size(),
            PictureGrid.of(images, subject)));
  }
}
