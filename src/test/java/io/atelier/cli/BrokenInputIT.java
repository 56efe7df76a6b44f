package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command over a folder with every kind of file that cannot be used. */
class BrokenInputIT {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/curation/images");
  private static final List<String> REFUSED =
      List.of(
          "bomb.png",
          "broken.png",
          "empty.jpg",
          "flat.png",
          "gradient_exif_bad.png",
          "html.jpg",
          "strip.png",
          "tiny.png",
          "truncated.jpg");
  private static final String ODD = "ana/ä (1) 100% – \"copy\" #2.jpg";

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;
  private static int exitCode;
  private static final StringWriter OUT = new StringWriter();
  private static final StringWriter ERR = new StringWriter();

  @BeforeAll
  static void runsOnce() throws IOException {
    small = new SmallRun(folder).person("ana", 0, 4).person("no luck é", 1, 1);
    Path ana = small.photos().resolve("ana");
    Files.move(ana.resolve("4.jpg"), small.photos().resolve(ODD));
    Files.copy(ana.resolve("1.jpg"), ana.resolve("again.jpg"));
    Files.write(ana.resolve("huge.png"), pngHeader(60_000, 60_000));
    Files.writeString(small.photos().resolve("stray.txt"), "nobody's");
    for (String subject : List.of("ana", "only broken")) {
      Files.createDirectories(small.photos().resolve(subject));
      for (String file : REFUSED) {
        Files.copy(GOLDEN.resolve(file), small.photos().resolve(subject).resolve(file));
      }
    }
    TestSession.get();
    exitCode =
        Main.run(
            small.arguments().toArray(new String[0]), new PrintWriter(OUT), new PrintWriter(ERR));
    tables = new LakeTables(TestSession.get(), small.lake().resolve("tables").toString());
  }

  @Test
  void theRunEndsNormallyAndSaysWhatItDid() {
    assertThat(ERR.toString()).isEmpty();
    assertThat(exitCode).isZero();
    assertThat(OUT.toString())
        .contains("stray.txt lies in no subject's folder")
        .contains("1 adapters trained", "2 subjects not ready", "0 failed")
        .contains("index.html");
  }

  @Test
  void noInputDisappears() throws IOException {
    try (Stream<Path> files = Files.walk(small.photos())) {
      List<String> sources =
          files
              .filter(Files::isRegularFile)
              .map(file -> small.photos().relativize(file).toString())
              .filter(name -> name.contains("/"))
              .toList();
      assertThat(tables.assets().rows())
          .extracting(AssetRow::source)
          .containsExactlyInAnyOrderElementsOf(sources)
          .contains(ODD);
    }
    assertThat(tables.verdicts().rows())
        .extracting(VerdictRow::inputId)
        .containsExactlyInAnyOrderElementsOf(
            tables.assets().rows().stream().map(AssetRow::inputId).toList());
  }

  @Test
  void everyRefusalHasAReasonThatAPersonCanRead() {
    Map<String, VerdictRow> verdicts = verdicts();
    for (String file : REFUSED) {
      assertThat(verdicts.get("ana/" + file).decision()).as(file).isEqualTo("REFUSE");
    }
    assertThat(verdicts.get("ana/huge.png").decision()).isEqualTo("REFUSE");
    for (VerdictRow verdict : verdicts.values()) {
      assertThat(verdict.reasons().isEmpty()).isEqualTo(verdict.decision().equals("ACCEPT"));
      assertThat(verdict.reasons())
          .allSatisfy(
              reason -> {
                assertThat(reason.code()).matches("[A-Z_]+");
                assertThat(reason.sentence()).endsWith(".").contains(" ");
              });
    }
  }

  @Test
  void ofTwoCopiesTheFirstByPathIsKept() {
    VerdictRow kept = verdicts().get("ana/1.jpg");
    VerdictRow again = verdicts().get("ana/again.jpg");
    assertThat(kept.decision()).isEqualTo("ACCEPT");
    assertThat(again.dupOf()).isEqualTo(kept.inputId());
    assertThat(again.reasons()).extracting(VerdictRow.Reason::code).contains("DUPLICATE");
  }

  @Test
  void aSubjectWithoutEnoughPhotosIsARowWithTheReasonAndTheOthersAreRendered() {
    Map<String, AdapterRow> adapters =
        tables.adapters().rows().stream()
            .collect(Collectors.toMap(AdapterRow::subjectId, row -> row));
    assertThat(adapters).hasSize(3);
    for (String name : List.of("only broken", "no luck é")) {
      AdapterRow row = adapters.get(Ids.subject(name));
      assertThat(row.status()).isEqualTo("FAILED");
      assertThat(row.reason()).startsWith("TOO_FEW_PHOTOS: ").contains("at least 3");
      assertThat(row.uri()).isNull();
    }
    assertThat(adapters.get(Ids.subject("ana")).status()).isEqualTo("TRAINED");
    assertThat(tables.generations().rows())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.subjectId()).isEqualTo(Ids.subject("ana")))
        .extracting(GenerationRow::status)
        .containsOnly("DONE");
  }

  private static Map<String, VerdictRow> verdicts() {
    Map<String, String> sources =
        tables.assets().rows().stream()
            .collect(Collectors.toMap(AssetRow::inputId, AssetRow::source));
    Map<String, VerdictRow> verdicts = new TreeMap<>();
    tables.verdicts().rows().forEach(row -> verdicts.put(sources.get(row.inputId()), row));
    return verdicts;
  }

  /** A PNG that says how large it is and ends there. */
  private static byte[] pngHeader(int width, int height) {
    ByteBuffer chunk =
        ByteBuffer.allocate(17).put("IHDR".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    chunk.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.array());
    return ByteBuffer.allocate(33)
        .putLong(0x89504E470D0A1A0AL)
        .putInt(13)
        .put(chunk.array())
        .putInt((int) crc.getValue())
        .array();
  }
}
