package io.atelier.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes a report: one page for a small run; for a large one a page with all subjects as a list and
 * a page for each. Pages need no network and no script.
 */
public final class ReportPages {
  private static final int LONGEST_SLUG = 40;

  private final RunReport run;
  private final ReportSink sink;
  private final ReportLimits limits;
  private final ImageFolder images;
  private final Html links;
  private int pages;

  private ReportPages(RunReport run, ReportSink sink, ReportLimits limits, Html links) {
    this.run = run;
    this.sink = sink;
    this.limits = limits;
    this.images = new ImageFolder(sink);
    this.links = links;
  }

  /**
   * Writes all files; the first page comes last, so that a report with a first page is complete.
   *
   * @throws UncheckedIOException if the sink fails; an image that cannot be read never fails
   */
  public static ReportFiles write(RunReport run, ReportSink sink, ReportLimits limits) {
    return write(run, sink, limits, Html.NONE);
  }

  /** The same with the page on curation, which the first page leads to. */
  public static ReportFiles write(
      RunReport run, CurationReport curation, ReportSink sink, ReportLimits limits) {
    ReportFiles curated = CurationPage.write(curation, sink);
    Html link =
        Html.of(
            "<p class=\"more-line\"><a href=\"{}\">Curation: what was refused and why</a></p>\n",
            ReportFiles.CURATION);
    return write(run, sink, limits, link).and(curated);
  }

  private static ReportFiles write(
      RunReport run, ReportSink sink, ReportLimits limits, Html links) {
    try {
      return new ReportPages(run, sink, limits, links).write();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private ReportFiles write() throws IOException {
    sink.put(ReportFiles.CONTACT_SHEET, ContactSheet.png(run, limits));
    boolean split = run.subjects().size() > limits.subjectsOnOnePage();
    Html body = split ? split() : onePage();
    put(ReportFiles.INDEX, run.title(), body);
    return new ReportFiles(pages, images.size(), images.unreadable());
  }

  private Html onePage() throws IOException {
    if (run.subjects().isEmpty()) {
      return body(new Html("<p class=\"quiet big\">This run has no subjects.</p>\n"));
    }
    for (SubjectReport subject : run.subjects()) {
      images.add(subject);
    }
    SubjectCard cards = new SubjectCard(images);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < run.subjects().size(); i++) {
      all.append(cards.card(i, run.subjects().get(i)).text());
    }
    return body(
        Html.of(
            "{}<section id=\"subjects\"><h2>Subjects</h2>{}</section>\n",
            new SheetTable(run, images).section(),
            new Html(all.toString())));
  }

  private Html split() throws IOException {
    List<String> names = new ArrayList<>();
    SubjectCard cards = new SubjectCard(images);
    for (int i = 0; i < run.subjects().size(); i++) {
      SubjectReport subject = run.subjects().get(i);
      images.add(subject);
      names.add(pageName(i, subject.name()));
      Html card = cards.card(i, subject);
      put(names.get(i), subject.name() + " – " + run.title(), subjectPage(card));
    }
    return body(SubjectTable.section(run.subjects(), names, images));
  }

  private Html subjectPage(Html card) {
    return Html.of(
        """
        <header class="back"><p class="brand">Atelier</p><a href="{}">← {}</a></header>
        <main>{}</main>
        """,
        ReportFiles.INDEX,
        run.title(),
        card);
  }

  private Html body(Html subjects) {
    Failures failures = Failures.of(run);
    Html notice =
        Html.when(
            failures.count() > 0,
            Html.of(
                "<p class=\"notice\"><a href=\"#failures\">{}</a> in this run.</p>\n",
                Numbers.count(failures.count(), "failure")));
    return Html.of(
        "{}<main>{}{}{}{}{}{}{}</main>\n",
        Overview.head(run),
        Overview.funnel(run.counts()),
        links,
        notice,
        subjects,
        more(),
        failures.section(limits.listedFailures()),
        Overview.stages(run.stages()));
  }

  private Html more() {
    long left = run.counts().subjects() - run.subjects().size();
    return Html.when(
        left > 0,
        Html.of(
            "<p class=\"quiet\">… and {}, not shown here.</p>\n",
            Numbers.count(left, "more subject")));
  }

  private void put(String path, String title, Html body) throws IOException {
    sink.put(path, Page.bytes(title, body));
    pages++;
  }

  /** The position makes it unique; the name only makes it readable. */
  private static String pageName(int index, String name) {
    String slug =
        Normalizer.normalize(name, Normalizer.Form.NFD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    String cut = slug.substring(0, Math.min(LONGEST_SLUG, slug.length()));
    return String.format(Locale.ROOT, "subject-%04d-%s.html", index + 1, cut)
        .replaceAll("-+(?=-|\\.html$)", "");
  }
}
