package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPagesTest {
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

  @TempDir Path folder;

  @Test
  void everyLinkOfEveryPageLeadsToAFileOrAnAnchorOfTheReport() throws IOException {
    List<SubjectReport> subjects = List.of(PaintedRun.subject(0), failed(), nothing());
    write(PaintedRun.of(subjects));
    write(PaintedRun.of(subjects), new ReportLimits(2, 1000, 100, 24, 12, 200, 240));

    try (Stream<Path> pages = Files.list(folder)) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".html")).toList()) {
        String html = Files.readString(page);
        Matcher links = LINK.matcher(html);
        while (links.find()) {
          String link = links.group(1);
          if (link.startsWith("#")) {
            assertThat(html).contains("id=\"" + link.substring(1) + "\"");
          } else {
            assertThat(folder.resolve(link)).isNotEmptyFile();
          }
        }
      }
    }
  }

  @Test
  void showsTheFunnelTheCaptionsAndEveryReasonWithItsNumbers() throws IOException {
    String page = write(PaintedRun.of(List.of(PaintedRun.subject(0), failed())));

    assertThat(page)
        .contains("Autumn portraits", "21 November 2025, 14:05 UTC", "9f31c0de77ab</code>")
        .contains("Accepted</span><strong>7</strong><span class=\"note\">of 9 photos")
        .contains("Trained</span><strong>1</strong><span class=\"note\">of 2 subjects")
        .contains("a photo of sks0 person, light background 3, soft light")
        .contains("The picture is out of focus.", "<code>BLURRY</code> · value 12.3 · limit 60")
        .contains("seed 1003\nportrait of sks0 person, Neon rain, 85mm, soft light")
        .contains("loss is not finite at step 41", "Failed: out of memory")
        .contains("<td>train</td><td><span class=\"badge warn\">partial</span></td>");
  }

  @Test
  void ofSeveralPicturesOfALookTheMostLikeStandsForIt() throws IOException {
    List<PictureReport> pictures = new ArrayList<>();
    for (Double likeness : Arrays.asList(null, 0.4, 0.83, 0.83)) {
      long seed = pictures.size() + 1;
      pictures.add(
          new PictureReport(
              "p", "Office", seed, "a", Outcome.DONE, null, likeness, PaintedRun.person(1, 1)));
    }
    SubjectReport subject =
        new SubjectReport("Noor", "person", "sks", null, List.of(), null, List.of(), pictures);

    assertThat(subject.of(new LookReport("p", "Office")))
        .extracting(PictureReport::seed)
        .containsExactly(3L, 1L, 2L, 4L);
    assertThat(write(PaintedRun.of(List.of(subject))))
        .contains("seed 3 · likeness 0.83</span>", "seed 1</span>");
  }

  @Test
  void hostileTextStaysText() throws IOException {
    String evil = "\"><script>alert('x')</script>&\u0000\u001b<img src=x onerror=y>{}";
    PictureReport picture =
        new PictureReport(evil, evil, 7, evil, Outcome.FAILED, evil, null, null);
    PhotoReport accepted = new PhotoReport(evil, true, List.of(), evil, PaintedRun.person(0, 0));
    PhotoReport refused = PaintedRun.refused(evil, evil, evil, 1, 2, 0);
    AdapterReport adapter = new AdapterReport(evil, Outcome.FAILED, evil, 1, 1, null, null, 0);
    SubjectReport subject =
        new SubjectReport(
            evil,
            evil,
            evil,
            evil,
            List.of(accepted, refused),
            adapter,
            LossPoint.each(List.of(1.0)),
            List.of(picture));
    RunFacts facts = new RunFacts(evil, evil, evil, evil, evil, evil, evil);
    StageSummary stage = new StageSummary(evil, evil, 1, 1, 1);
    RunReport run =
        new RunReport(
            evil,
            PaintedRun.of(0).generatedAt(),
            facts,
            List.of(),
            List.of(subject),
            List.of(stage));

    String page = write(run) + write(run, new ReportLimits(0, 1000, 100, 24, 12, 200, 240));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("subject")).toList()) {
        assertThat(file.getFileName().toString()).matches("subject-[a-z0-9-]+\\.html");
        page += Files.readString(file);
      }
    }

    assertThat(page).doesNotContain("<script", "<img src=x", "\u0000", "\u001b");
    assertThat(page).contains("&lt;script&gt;alert(&#39;x&#39;)");
    String withoutValues = page.replaceAll("=\"[^\"]*\"", "");
    assertThat(Pattern.compile("<[^>]*onerror").matcher(withoutValues).find()).isFalse();
  }

  @Test
  void imagesThatCannotBeReadBecomeTilesWithTheReason() throws IOException {
    ImageBytes gone =
        () -> {
          throw new IOException("no such object");
        };
    ImageBytes cut =
        () ->
            Files.readAllBytes(Path.of("src/test/resources/golden/curation/images/truncated.jpg"));
    ImageBytes page =
        () -> Files.readAllBytes(Path.of("src/test/resources/golden/curation/images/html.jpg"));
    ImageBytes bomb =
        () -> Files.readAllBytes(Path.of("src/test/resources/golden/curation/images/bomb.png"));
    List<PhotoReport> photos = new ArrayList<>();
    for (ImageBytes image : List.of(gone, cut, page, bomb)) {
      photos.add(new PhotoReport("photo", true, List.of(), "caption", image));
    }
    ReportFiles files =
        ReportPages.write(
            PaintedRun.of(List.of(subject("Ann", photos))),
            ReportSink.folder(folder),
            ReportLimits.DEFAULT);

    assertThat(files.images()).isZero();
    assertThat(files.unreadable()).hasSize(4);
    assertThat(Files.readString(folder.resolve("index.html")))
        .contains("The file cannot be read: no such object", "The file ends before the picture")
        .contains("The file is not a JPEG", "The picture claims");
  }

  @Test
  void thePhotosKeepNoMetadata() throws IOException {
    ImageBytes tagged =
        () ->
            Files.readAllBytes(
                Path.of("src/test/resources/golden/curation/images/gradient_exif6.png"));
    PhotoReport photo = new PhotoReport("turned.png", true, List.of(), null, tagged);
    write(PaintedRun.of(List.of(subject("Ann", List.of(photo)))));

    try (Stream<Path> images = Files.list(folder.resolve("img"))) {
      byte[] bytes = Files.readAllBytes(images.findFirst().orElseThrow());
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("Exif");
    }
    assertThat(Files.readString(folder.resolve("index.html")))
        .contains("width=\"320\" height=\"240\"");
  }

  @Test
  void theSameRunGivesTheSameFiles() throws IOException {
    write(PaintedRun.of(2));
    Map<String, String> first = contents();
    write(PaintedRun.of(2));

    assertThat(contents()).isEqualTo(first);
    assertThat(first.keySet()).contains("index.html", "contact-sheet.png");
  }

  @Test
  void aLargeRunGetsAPageForEverySubject() throws IOException {
    List<SubjectReport> many = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      many.add(subject("Zoë " + i, List.of()));
    }
    ReportFiles files =
        ReportPages.write(
            PaintedRun.of(many),
            ReportSink.folder(folder),
            new ReportLimits(50, 1000, 100, 3, 2, 10, 240));

    assertThat(files.pages()).isEqualTo(1001);
    assertThat(Files.readString(folder.resolve("index.html")))
        .contains("<a href=\"subject-0042-zoe-41.html\"><bdi>Zoë 41</bdi></a>")
        .contains("… and 990 more failures.")
        .hasSizeLessThan(1_000_000);
    assertThat(Files.readString(folder.resolve("subject-0042-zoe-41.html")))
        .contains("<bdi>Zoë 41</bdi>", "No photo was accepted.", "href=\"index.html\"");
  }

  @Test
  void whatIsCountedAndNotShownIsSaid() throws IOException {
    SubjectReport all = PaintedRun.subject(0);
    SubjectReport some =
        new SubjectReport(
            all.name(),
            all.classNoun(),
            all.trigger(),
            all.consent(),
            all.photos(),
            new PhotoCounts(3_000_000, 2_000_000, 1_000_000),
            all.adapter(),
            all.losses(),
            all.pictures());
    RunReport one = PaintedRun.of(List.of(some));
    RunReport run =
        new RunReport(
            one.title(),
            one.generatedAt(),
            one.facts(),
            one.looks(),
            one.subjects(),
            new Counts(9_000_000, 8_000_000, 7_000_000, 3, 2, 60, 50, 7),
            one.stages());

    assertThat(write(run))
        .contains("Accepted</span><strong>%s</strong>".formatted(Numbers.count(8_000_000)))
        .contains("… and %s more photos.".formatted(Numbers.count(1_999_994)))
        .contains("… and %s more photos.".formatted(Numbers.count(999_999)))
        .contains("… and 2 more subjects, not shown here.")
        .contains("<a href=\"#failures\">7 failures</a>");
  }

  @Test
  void aRunWithoutSubjectsSaysSo() throws IOException {
    assertThat(write(PaintedRun.of(0))).contains("This run has no subjects.");
  }

  private String write(RunReport run) throws IOException {
    return write(run, ReportLimits.DEFAULT);
  }

  private String write(RunReport run, ReportLimits limits) throws IOException {
    ReportPages.write(run, ReportSink.folder(folder), limits);
    return Files.readString(folder.resolve("index.html"));
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        contents.put(folder.relativize(file).toString(), Arrays.toString(bytes));
      }
    }
    return contents;
  }

  private static SubjectReport subject(String name, List<PhotoReport> photos) {
    return new SubjectReport(name, "person", "sks", null, photos, null, List.of(), List.of());
  }

  private static SubjectReport nothing() {
    return subject("Noor", List.of());
  }

  private static SubjectReport failed() {
    AdapterReport adapter =
        new AdapterReport(
            "lora-2", Outcome.FAILED, "loss is not finite at step 41", 1000, 16, 0.8, null, 62);
    PictureReport picture =
        new PictureReport(
            "headshots", "Office", 5, "a portrait", Outcome.FAILED, "out of memory", null, null);
    return new SubjectReport(
        "Bo",
        "dog",
        "bobo",
        null,
        List.of(
            new PhotoReport("one.jpg", true, List.of(), null, PaintedRun.person(1, 1)),
            PaintedRun.refused("dark.jpg", "DARK", "The picture is too dark.", 0.1, 0.32, 1)),
        adapter,
        LossPoint.each(List.of(0.8, Double.NaN)),
        List.of(picture));
  }
}
