package io.atelier.report;

import io.atelier.report.CurationReport.Cause;
import io.atelier.report.CurationReport.Group;
import io.atelier.report.CurationReport.RefusedPhoto;
import io.atelier.report.CurationReport.SubjectSet;
import io.atelier.report.CurationReport.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The page on curation: what came in, what was refused and why, what repeats, how it measures. */
public final class CurationPage {
  private final CurationReport report;
  private final ImageFolder images;

  private CurationPage(CurationReport report, ImageFolder images) {
    this.report = report;
    this.images = images;
  }

  /**
   * Writes the page and its images.
   *
   * @return one page; an image that cannot be read becomes a tile with the reason
   * @throws UncheckedIOException if the sink fails
   */
  public static ReportFiles write(CurationReport report, ReportSink sink) {
    ImageFolder images = new ImageFolder(sink);
    try {
      images.add(sources(report));
      Html body = new CurationPage(report, images).body();
      sink.put(ReportFiles.CURATION, Page.bytes("Curation – " + report.title(), body));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new ReportFiles(1, images.size(), images.unreadable());
  }

  private static Map<ImageBytes, String> sources(CurationReport report) {
    List<PhotoReport> photos = new ArrayList<>();
    report.refused().forEach(refused -> photos.add(refused.photo()));
    for (Group group : report.groups()) {
      photos.add(group.kept());
      photos.addAll(group.copies());
    }
    Map<ImageBytes, String> names = new LinkedHashMap<>();
    photos.forEach(photo -> names.put(photo.image(), photo.source()));
    return names;
  }

  private Html body() {
    return Html.of(
        """
        <header><p class="brand">Atelier</p><h1>Curation</h1>
        <p class="when"><a href="{}">{}</a> · <time datetime="{}">{}</time> · rules <code>{}</code></p>
        </header>
        <main>{}{}{}{}{}</main>
        """,
        ReportFiles.INDEX,
        report.title(),
        report.generatedAt(),
        Numbers.time(report.generatedAt()),
        report.rules(),
        funnel(),
        subjects(),
        refused(),
        groups(),
        histograms());
  }

  private Html funnel() {
    long refused = report.photos() - report.accepted();
    return Html.of(
        """
        <section id="funnel"><h2>What became of the pictures</h2>
        <div class="scroll"><table class="list causes">
        <thead><tr><th>Reason</th><th class="n">Pictures</th><th class="n">Only this</th>\
        <th class="wide">Share</th><th>For example</th></tr></thead>
        <tbody>{}{}{}{}</tbody></table></div>{}</section>
        """,
        total("Came in", report.photos(), ""),
        Html.each(report.refusals(), cause -> cause(cause, "bad")),
        total("Refused", refused, "bad"),
        total("Accepted", report.accepted(), "good"),
        marks());
  }

  private Html marks() {
    return Html.when(
        !report.marks().isEmpty(),
        Html.of(
            """
            <h3>Marked, not refused</h3><div class="scroll"><table class="list causes">
            <thead><tr><th>Reason</th><th class="n">Pictures</th><th class="wide">Share</th>\
            <th>For example</th></tr></thead><tbody>{}</tbody></table></div>
            """,
            Html.each(report.marks(), cause -> cause(cause, "warn"))));
  }

  private Html total(String label, long photos, String kind) {
    return Html.of(
        """
        <tr class="total"><th scope="row">{}</th><td class="n">{}</td><td></td><td>{}</td><td></td></tr>
        """,
        label,
        Numbers.count(photos),
        bar(photos, kind));
  }

  private Html cause(Cause cause, String kind) {
    return Html.of(
        """
        <tr><th scope="row"><code>{}</code></th><td class="n">{}</td>{}<td>{}</td>\
        <td class="example">{}</td></tr>
        """,
        cause.code(),
        Numbers.count(cause.photos()),
        kind.equals("warn")
            ? Html.NONE
            : Html.of("<td class=\"n\">{}</td>", Numbers.count(cause.alone())),
        bar(cause.photos(), kind),
        cause.example());
  }

  private Html bar(long photos, String kind) {
    int percent = Numbers.percent(photos, report.photos());
    return Html.of(
        """
        <span class="share">{}%</span><span class="bar {}" aria-hidden="true"><i style="width:{}%"></i></span>""",
        percent, kind, percent);
  }

  private Html subjects() {
    return Html.of(
        "<section id=\"subjects\"><h2>Subjects <small>{}</small></h2>"
            + "<div class=\"sets\">{}</div>{}</section>\n",
        report.verdicts().stream().map(CurationPage::tally).collect(Collectors.joining(", ")),
        Html.each(report.subjects(), CurationPage::subject),
        more(report.subjectCount() - report.subjects().size(), "more subject", "report.subjects"));
  }

  private static String tally(Tally tally) {
    return Numbers.count(tally.subjects()) + " " + tally.verdict().toLowerCase(Locale.ROOT);
  }

  private static Html subject(SubjectSet subject) {
    return Html.of(
        """
        <article class="card set"><h3><bdi>{}</bdi> <span class="badge {}">{}</span></h3>
        <p class="quiet">{} of {} accepted</p><ul>{}</ul></article>
        """,
        subject.name(),
        switch (subject.verdict()) {
          case "READY" -> "good";
          case "DEGRADED" -> "warn";
          default -> "bad";
        },
        subject.verdict(),
        Numbers.count(subject.accepted()),
        Numbers.count(subject.photos(), "picture"),
        Html.each(subject.reasons(), sentence -> Html.of("<li>{}</li>\n", sentence)));
  }

  private Html refused() {
    Map<String, List<RefusedPhoto>> byCode =
        report.refused().stream()
            .collect(
                Collectors.groupingBy(RefusedPhoto::code, LinkedHashMap::new, Collectors.toList()));
    return Html.when(
        !byCode.isEmpty(),
        Html.of(
            "<section id=\"refused\"><h2>Refused pictures</h2>{}</section>\n",
            Html.each(byCode.entrySet(), e -> refused(e.getKey(), e.getValue()))));
  }

  private Html refused(String code, List<RefusedPhoto> photos) {
    long all = count(code).orElse((long) photos.size());
    return Html.of(
        "<h3><code>{}</code> <small>{} of {}</small></h3><div class=\"grid\">{}</div>\n",
        code,
        Numbers.count(photos.size()),
        Numbers.count(all, "picture"),
        Html.each(photos, photo -> figure(photo.subject(), photo.photo())));
  }

  private Optional<Long> count(String code) {
    return report.refusals().stream()
        .filter(cause -> cause.code().equals(code))
        .map(Cause::photos)
        .findFirst();
  }

  private Html figure(String subject, PhotoReport photo) {
    String alt = "Picture " + photo.source() + " of " + subject;
    return Html.of(
        """
        <figure>{}<figcaption>{}<span class="meta"><bdi>{}</bdi> · {}</span></figcaption></figure>
        """,
        photo.image() == null
            ? ImageFolder.missing("none", "No image", alt)
            : images.picture(photo.image(), alt, photo.source()),
        Html.each(photo.reasons(), reason -> Html.of("<span>{}</span>", reason.sentence())),
        subject,
        photo.source());
  }

  private Html groups() {
    return Html.when(
        report.groupCount() > 0,
        Html.of(
            "<section id=\"duplicates\"><h2>Pictures that repeat another <small>{}</small></h2>"
                + "{}{}</section>\n",
            Numbers.count(report.groupCount(), "group"),
            Html.each(report.groups(), this::group),
            more(
                report.groupCount() - report.groups().size(),
                "more group",
                "report.duplicate_groups")));
  }

  private Html group(Group group) {
    long hidden = group.size() - group.copies().size();
    return Html.of(
        """
        <article class="card group"><div class="grid"><div class="kept">{}\
        <span class="badge {}">{}</span></div>{}</div>{}</article>
        """,
        figure(group.subject(), group.kept()),
        group.kept().accepted() ? "good" : "bad",
        group.kept().accepted() ? "kept" : "refused as well",
        Html.each(group.copies(), copy -> figure(group.subject(), copy)),
        Html.when(hidden > 0, Html.of("<p class=\"quiet\">… and {} of it.</p>", copies(hidden))));
  }

  private static String copies(long count) {
    return count == 1 ? "1 more copy" : Numbers.count(count) + " more copies";
  }

  private Html histograms() {
    return Html.when(
        !report.histograms().isEmpty(),
        Html.of(
            """
            <section id="measurements"><h2>Measurements and limits</h2>
            <p class="quiet">Each content once. The outer bars hold what lies beyond them.</p>
            <div class="histograms">{}</div></section>
            """,
            Html.each(report.histograms(), HistogramChart::figure)));
  }

  private static Html more(long hidden, String noun, String setting) {
    return Html.when(
        hidden > 0,
        Html.of(
            "<p class=\"quiet more-line\">… and {} not shown (<code>{}</code>).</p>\n",
            Numbers.count(hidden, noun),
            setting));
  }
}
