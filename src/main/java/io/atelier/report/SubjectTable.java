package io.atelier.report;

import java.util.List;

/** All subjects as a list of links, for a run too large for one page. */
final class SubjectTable {
  private SubjectTable() {}

  static Html section(List<SubjectReport> subjects, List<String> pages, ImageFolder images) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < subjects.size(); i++) {
      rows.append(row(subjects.get(i), pages.get(i), images).text());
    }
    return Html.of(
        """
        <section id="subjects"><h2>Subjects <small>{}</small></h2>
        <div class="scroll"><table class="list"><thead><tr><th></th><th>Subject</th>\
        <th>Training</th><th class="n">Photos</th><th class="n">Loss</th>\
        <th class="n">Pictures</th></tr></thead>
        <tbody>{}</tbody></table></div></section>
        """,
        Numbers.count(subjects.size()),
        new Html(rows.toString()));
  }

  private static Html row(SubjectReport subject, String page, ImageFolder images) {
    AdapterReport adapter = subject.adapter();
    return Html.of(
        """
        <tr><td class="small">{}</td><td><a href="{}"><bdi>{}</bdi></a></td><td>{}</td>\
        <td class="n">{} of {}</td><td class="n">{}</td><td class="n">{} of {}</td></tr>
        """,
        SheetTable.portrait(images, subject),
        page,
        subject.name(),
        SubjectCard.badge(adapter),
        Numbers.count(subject.counts().accepted()),
        Numbers.count(subject.counts().photos()),
        adapter == null ? "–" : Numbers.show(adapter.finalLoss()),
        subject.made(),
        subject.pictures().size());
  }
}
