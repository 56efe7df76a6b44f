package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.testing.Browser;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on curation of real photos, opened in a browser. */
class CurationPageIT {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/curation/images");
  private static final Path PICTURES = Path.of("target", "pages");

  /** Texts that stand out less from what is behind them than the 4.5 that WCAG 2 AA asks for. */
  private static final String FAINT =
      """
      const rgb = c => c.match(/[\\d.]+/g).map(Number);
      const lum = c => { const [r, g, b] = c.map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const behind = e => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
      return [...document.querySelectorAll('body *')]
        .filter(e => !e.closest('svg, .tile, .kept'))
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .map(e => { const a = lum(rgb(getComputedStyle(e).color)), b = lum(behind(e));
          return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML]; })
        .filter(([ratio]) => ratio < 4.5).map(([ratio, html]) => ratio.toFixed(2) + ' ' + html);
      """;

  @TempDir static Path folder;
  private static SmallRun small;
  private static Path report;

  @BeforeAll
  static void reports() throws IOException {
    small = new SmallRun(folder).person("ana", 0, 5).person("ben", 1, 4);
    Path ana = small.photos().resolve("ana");
    for (String file : List.of("truncated.jpg", "html.jpg", "broken.png")) {
      Files.copy(GOLDEN.resolve(file), ana.resolve(file));
    }
    try (Stream<Path> golden = Files.list(GOLDEN)) {
      Path chi = Files.createDirectories(small.photos().resolve("chi <b>"));
      for (Path file : golden.filter(f -> f.toString().endsWith(".jpg")).toList()) {
        Files.copy(file, chi.resolve(file.getFileName()));
      }
    }
    Files.copy(ana.resolve("1.jpg"), ana.resolve("1 again.jpg"));
    JobContext context = small.context("report.subjects=2", "report.refused_photos=4");
    IntakeJob.run(context, small.photosUri());
    CurateJob.run(context);
    StageResult result = ReportJob.run(context);
    assertThat(result.counts()).containsEntry("pages", 2L);
    try (Stream<Path> reports = Files.list(small.lake().resolve("reports"))) {
      report = reports.findFirst().orElseThrow();
    }
  }

  @Test
  void saysWhatWasRefusedAndWhy() throws IOException {
    String page = Files.readString(report.resolve("curation.html"));
    assertThat(page)
        .contains("Came in", "<code>TRUNCATED</code>", "The file ends before the picture does")
        .contains("The same picture was already sent.", "kept</span>")
        .contains("… and 1 more subject not shown (<code>report.subjects</code>)")
        .contains("BLURRY refuses below 5", "SOFT marks below 15")
        .contains("<bdi>chi &lt;b&gt;</bdi>")
        .doesNotContain("<script", "http://", "https://");
    assertThat(Files.readString(report.resolve("index.html"))).contains("href=\"curation.html\"");
  }

  @Test
  void ofALargeLakeAPartIsShownAndAllOfItIsCounted() throws IOException {
    ReportJob.run(small.context("report.shown_subjects=1", "report.shown_photos=1"));

    String whole = Files.readString(report.resolve("index.html"));
    try (Stream<Path> reports = Files.list(small.lake().resolve("reports"))) {
      Path other = reports.filter(path -> !path.equals(report)).findFirst().orElseThrow();
      String part = Files.readString(other.resolve("index.html"));
      assertThat(part)
          .contains("… and 2 more subjects, not shown here.", " more photo")
          .contains(funnel(whole), failures(whole))
          .hasSizeLessThan(whole.length());
    }
    assertThat(funnel(whole)).contains("Photos in</span><strong>");
    assertThat(failures(whole)).contains(" failure");
    assertThat(whole).doesNotContain("not shown here", " more photo");
  }

  private static String failures(String page) {
    int from = page.indexOf("<a href=\"#failures\">");
    assertThat(from).isNotNegative();
    return page.substring(from, page.indexOf("</a>", from));
  }

  private static String funnel(String page) {
    int from = page.indexOf("<ol class=\"funnel\"");
    return page.substring(from, page.indexOf("</ol>", from));
  }

  @Test
  void opensInABrowserWithoutAnError() throws Exception {
    try (Browser browser = Browser.start()) {
      for (String page : List.of("index.html", "curation.html")) {
        browser.open(report.resolve(page));
        for (String scheme : List.of("light", "dark")) {
          browser.scheme(scheme);
          for (int width : new int[] {1280, 390}) {
            browser.width(width);
            check(browser, page);
            browser.screenshot(PICTURES.resolve(page + "-" + scheme + "-" + width + ".png"));
          }
          assertThat(texts(browser.run(FAINT))).as(page + " " + scheme).isEmpty();
        }
        browser.print(PICTURES.resolve(page + ".pdf"));
        assertThat(browser.console()).as(page).isEmpty();
      }
      assertThat(browser.run("return document.querySelectorAll('.histogram').length").asInt())
          .isGreaterThan(15);
      assertThat(browser.run("return document.querySelectorAll('path.limit').length").asInt())
          .isGreaterThan(10);
      assertThat(browser.run("return document.querySelectorAll('.group img').length").asInt())
          .isGreaterThanOrEqualTo(2);
      assertThat(browser.run("return document.querySelectorAll('.set').length").asInt())
          .isEqualTo(2);
    }
  }

  private static void check(Browser browser, String page) {
    JsonNode broken =
        browser.run(
            """
            const images = [...document.images];
            images.forEach(i => i.loading = 'eager');
            return Promise.all(images.map(i => i.decode().catch(() => null)))
              .then(() => images.filter(i => !i.naturalWidth || !i.alt).map(i => i.outerHTML));
            """);
    assertThat(texts(broken)).as(page).isEmpty();
    assertThat(browser.run("return document.images.length").asInt()).as(page).isPositive();
    assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth").asInt())
        .as(page + " is wider than the window by")
        .isLessThanOrEqualTo(0);
  }

  private static List<String> texts(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
        .map(i -> array.get(i).asText())
        .toList();
  }
}
