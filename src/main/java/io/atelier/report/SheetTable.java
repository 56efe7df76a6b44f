package io.atelier.report;

import java.util.ArrayList;
import java.util.List;

/** The contact sheet of the page: a row a subject, a column a look, the own photo first. */
final class SheetTable {
  /** With fewer looks the tiles keep their size instead of filling the page. */
  private static final int FULL_WIDTH = 5;

  private final RunReport run;
  private final ImageFolder images;

  SheetTable(RunReport run, ImageFolder images) {
    this.run = run;
    this.images = images;
  }

  Html section() {
    return Html.of(
        """
        <section id="contact-sheet"><h2>Contact sheet</h2>
        <div class="scroll"><table class="sheet {}"><thead>{}{}</thead><tbody>{}</tbody></table></div>
        </section>
        """,
        run.looks().size() < FULL_WIDTH ? "" : "wide",
        packs(),
        looks(),
        new Html(rows()));
  }

  /** Names of the packs over their looks; left out when there is only one. */
  private Html packs() {
    List<Html> cells = new ArrayList<>();
    List<LookReport> looks = run.looks();
    for (int from = 0; from < looks.size(); ) {
      int to = from;
      while (to < looks.size() && looks.get(to).pack().equals(looks.get(from).pack())) {
        to++;
      }
      cells.add(
          Html.of("<th class=\"pack\" colspan=\"{}\">{}</th>", to - from, looks.get(from).pack()));
      from = to;
    }
    return Html.when(
        cells.size() > 1,
        Html.of("<tr><th class=\"own\"></th>{}</tr>\n", Html.each(cells, cell -> cell)));
  }

  private Html looks() {
    return Html.of(
        "<tr><th class=\"own\">Own photo</th>{}</tr>\n",
        Html.each(
            run.looks(), look -> Html.of("<th title=\"{}\">{}</th>", look.pack(), look.look())));
  }

  private String rows() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < run.subjects().size(); i++) {
      rows.append(row(i, run.subjects().get(i)).text());
    }
    return rows.toString();
  }

  private Html row(int index, SubjectReport subject) {
    return Html.of(
        """
        <tr><th class="own" scope="row">{}<a class="name" href="#{}"><bdi>{}</bdi></a></th>{}</tr>
        """,
        portrait(images, subject),
        SubjectCard.anchor(index),
        subject.name(),
        Html.each(run.looks(), look -> Html.of("<td>{}</td>", cell(subject, look))));
  }

  /** The photo that stands for a subject, or a tile that says that there is none. */
  static Html portrait(ImageFolder images, SubjectReport subject) {
    String alt = "Photo of " + subject.name();
    return subject
        .portrait()
        .filter(photo -> photo.image() != null)
        .map(photo -> images.picture(photo.image(), alt, photo.source()))
        .orElseGet(() -> ImageFolder.missing("none", "No accepted photo", alt));
  }

  private Html cell(SubjectReport subject, LookReport look) {
    List<PictureReport> pictures = subject.of(look);
    if (pictures.isEmpty()) {
      return new Html("<div class=\"tile empty\">–</div>\n");
    }
    Html more =
        Html.when(
            pictures.size() > 1, Html.of("<span class=\"more\">+{}</span>", pictures.size() - 1));
    return Html.of(
        "<div class=\"cell\">{}{}</div>\n",
        PictureGrid.tile(images, subject, pictures.get(0)),
        more);
  }
}
