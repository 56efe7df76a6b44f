package io.atelier.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashesTest {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void hashesBytesStreamsAndFilesAlike(@TempDir Path folder) throws IOException {
    byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
    Path file = Files.write(folder.resolve("abc"), bytes);
    assertThat(Hashes.of(bytes)).isEqualTo(ABC);
    assertThat(Hashes.of(new ByteArrayInputStream(bytes))).isEqualTo(ABC);
    assertThat(Hashes.of(file)).isEqualTo(ABC);
    assertThatThrownBy(() -> Hashes.of(folder.resolve("none"))).hasMessageContaining("none");
  }

  @Test
  void fieldsCannotBeConfused() {
    assertThat(
            List.of(
                Hashes.ofFields("ab", "c"),
                Hashes.ofFields("a", "bc"),
                Hashes.ofFields("abc"),
                Hashes.ofFields(List.of("ab"), "c"),
                Hashes.ofFields(List.of("ab", "c")),
                Hashes.ofFields("ab", "c", null),
                Hashes.ofFields("ab", "c", ""),
                Hashes.ofFields()))
        .doesNotHaveDuplicates();
    assertThat(Hashes.ofFields("s", 16, 0.5, true)).isEqualTo(Hashes.ofFields("s", 16L, 0.5, true));
  }

  @Test
  void refusesAFieldWithoutACanonicalForm() {
    assertThatThrownBy(() -> Hashes.ofFields(new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldHashIsThatOfKindLengthAndText() {
    byte[] canonical = {'s', 0, 0, 0, 3, 'a', 'b', 'c', 'l', 0, 0, 0, 1, 'n', 0, 0, 0, 0};
    assertThat(Hashes.ofFields("abc", Collections.singletonList(null)))
        .isEqualTo(Hashes.of(canonical));
  }

  private enum Letter {
    A
  }

  private record Pair(Letter z, Integer b) {}

  private record Turned(Integer b, Letter z) {}

  private record Renamed(Letter z, Integer c) {}

  @Test
  void aRecordCountsByTheNamesAndValuesOfItsComponents() {
    byte[] canonical = {
      'r', 0, 0, 0, 2, 's', 0, 0, 0, 1, 'b', 's', 0, 0, 0, 1, '7', 's', 0, 0, 0, 1, 'z', 's', 0, 0,
      0, 1, 'A'
    };
    Pair pair = new Pair(Letter.A, 7);
    assertThat(Hashes.ofFields(pair)).isEqualTo(Hashes.of(canonical));
    assertThat(Hashes.ofFields(new Turned(7, Letter.A))).isEqualTo(Hashes.of(canonical));
    assertThat(
            List.of(
                Hashes.ofFields(pair),
                Hashes.ofFields(new Renamed(Letter.A, 7)),
                Hashes.ofFields(new Pair(Letter.A, null)),
                Hashes.ofFields(new Pair(null, 7)),
                Hashes.ofFields(List.of(pair))))
        .doesNotHaveDuplicates();
  }

  @Test
  void anAdapterIsATrainingUnderAContract() {
    assertThat(
            List.of(
                Ids.adapter("t", List.of("*"), null),
                Ids.adapter("t", List.of("*"), "paper"),
                Ids.adapter("t", List.of(), null),
                Ids.adapter("t", List.of("studio"), null),
                Ids.adapter("u", List.of("*"), null)))
        .doesNotHaveDuplicates();
  }

  @Test
  void idsHaveTheirForm() {
    assertThat(Ids.subject("Ada")).matches("[0-9a-f]{16}").isEqualTo(Ids.subject("Ada"));
    assertThat(Ids.input("s", "a.jpg", null)).isNotEqualTo(Ids.input("s", "b.jpg", null));
    assertThat(Ids.run(Instant.parse("2026-03-01T12:00:00Z")))
        .matches("20260301T120000Z-[0-9a-f]{8}");
  }

  @Test
  void versionNamesTheRevisionIfThereIsOne() {
    assertThat(CodeVersion.format("0.1.0", "1a2b3c4d5e6f", true))
        .isEqualTo("0.1.0+1a2b3c4d5e6f-dirty");
    assertThat(CodeVersion.format("0.1.0", "1a2b3c4d5e6f", false)).isEqualTo("0.1.0+1a2b3c4d5e6f");
    assertThat(CodeVersion.format("0.1.0", "${git.commit.id.abbrev}", false)).isEqualTo("0.1.0");
    assertThat(CodeVersion.current()).matches("\\d+\\.\\d+\\.\\d+(\\+[0-9a-f]{12}(-dirty)?)?");
  }
}
