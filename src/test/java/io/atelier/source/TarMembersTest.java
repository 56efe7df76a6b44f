package io.atelier.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tars are made by the tar command. */
class TarMembersTest {
  private static final long LIMIT = 1000;

  @TempDir Path folder;
  private byte[] tar;

  @BeforeEach
  void packs() throws IOException, InterruptedException {
    Path in = Files.createDirectories(folder.resolve("in"));
    write(in.resolve("a/1.jpg"), "first");
    write(in.resolve("a/1.txt"), " a cat\n");
    write(in.resolve("a/1.cls"), "7");
    write(in.resolve("a/2.seg.png"), "mask");
    write(in.resolve("a/2.png"), "second");
    write(in.resolve("a/2.json"), "{\"caption\": \"a dog\", \"width\": 3}");
    write(in.resolve("b/" + "long".repeat(50) + ".jpg"), "third");
    write(in.resolve("b/big.jpg"), "x".repeat((int) LIMIT + 1));
    write(in.resolve("b/lonely.txt"), "no image has this name");
    write(in.resolve("c.png"), "last");
    List<String> command = new ArrayList<>(List.of("tar", "-cf", "../all.tar"));
    command.addAll(List.of("a/1.jpg", "a/1.txt", "a/1.cls", "a/2.seg.png", "a/2.png", "a/2.json"));
    command.addAll(List.of("b", "c.png"));
    Process process = new ProcessBuilder(command).directory(in.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    tar = Files.readAllBytes(folder.resolve("all.tar"));
  }

  @Test
  void givesEveryImageWithTheCaptionAndLabelOfItsSample() {
    List<Incoming> images = images(tar);

    assertThat(images)
        .extracting(Incoming::member)
        .containsExactlyInAnyOrder(
            "a/1.jpg",
            "a/2.seg.png",
            "a/2.png",
            "b/" + "long".repeat(50) + ".jpg",
            "b/big.jpg",
            "c.png");
    assertThat(named(images, "a/1.jpg").caption()).isEqualTo("a cat");
    assertThat(named(images, "a/1.jpg").label()).isEqualTo("7");
    assertThat(named(images, "a/2.png").caption()).isEqualTo("a dog");
    assertThat(named(images, "a/2.seg.png").caption()).isEqualTo("a dog");
    assertThat(named(images, "c.png").caption()).isNull();
    assertThat(named(images, "a/2.png").content().read()).isEqualTo("second".getBytes(UTF_8));
  }

  @Test
  void aMemberThatIsTooLargeFailsAndTheRestGoesOn() {
    List<Incoming> images = images(tar);
    assertThatThrownBy(() -> named(images, "b/big.jpg").content().read())
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("1001 bytes")
        .hasMessageContaining("intake.max_bytes");
    assertThat(named(images, "c.png").content().read()).isEqualTo("last".getBytes(UTF_8));
  }

  @Test
  void whereverATarIsCutWhatIsBeforeIsGoodAndOneFailureSaysSo() {
    List<String> whole = images(tar).stream().map(Incoming::member).toList();
    int data = endOfData();
    for (int length = 1; length < data; length += 97) {
      List<Incoming> images = images(Arrays.copyOf(tar, length));
      assertThat(images).as("cut at " + length).isNotEmpty();
      Incoming last = images.get(images.size() - 1);
      assertThatThrownBy(() -> last.content().read())
          .as("cut at " + length)
          .hasMessageContaining("cannot be read on from here");
      List<String> before =
          images.subList(0, images.size() - 1).stream().map(Incoming::member).toList();
      assertThat(before).isEqualTo(whole.subList(0, before.size()));
    }
  }

  @Test
  void bytesThatAreNoTarAreOneFailure() {
    List<Incoming> images = images("this is no tar".repeat(100).getBytes(UTF_8));
    assertThat(images).hasSize(1);
    assertThatThrownBy(() -> images.get(0).content().read())
        .hasMessageContaining("cannot be read on from here");
  }

  /** Without the zeros at the end. */
  private int endOfData() {
    int end = tar.length;
    while (tar[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static Incoming named(List<Incoming> images, String member) {
    return images.stream().filter(i -> i.member().equals(member)).findFirst().orElseThrow();
  }

  private static List<Incoming> images(byte[] tar) {
    List<Incoming> images = new ArrayList<>();
    new Samples(
            new TarMembers(new ByteArrayInputStream(tar), LIMIT),
            Member::sampleOfTar,
            (member, texts) ->
                new Incoming(
                    "all.tar",
                    member.path(),
                    texts.caption(),
                    texts.label(),
                    null,
                    member.content()))
        .forEachRemaining(images::add);
    return images;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
