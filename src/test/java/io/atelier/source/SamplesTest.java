package io.atelier.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void inAFolderAnImageHasTheTextOfItsOwnNameHoweverManyDotsItHas() {
    List<Incoming> images =
        images(
            Member::sampleOfFolder,
            "a/img.0001.jpg",
            "a/img.0001.txt",
            "a/img.0002.jpg",
            "a/b.txt");
    assertThat(images).extracting(Incoming::caption).containsExactly("a/img.0001.txt", null);
  }

  @Test
  void inATarAllUpToTheFirstDotBelongsTogether() {
    List<Incoming> images = images(Member::sampleOfTar, "a/7.left.jpg", "a/7.right.jpg", "a/7.txt");
    assertThat(images).extracting(Incoming::caption).containsExactly("a/7.txt", "a/7.txt");
  }

  @Test
  void whichOfTwoTextsCountsDoesNotDependOnTheirOrder() {
    List<String> paths = new ArrayList<>(List.of("a/7.jpg", "a/7.one.txt", "a/7.two.txt"));
    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(paths, new Random(seed));
      assertThat(images(Member::sampleOfTar, paths.toArray(String[]::new)))
          .extracting(Incoming::caption)
          .containsExactly("a/7.one.txt");
    }
  }

  /** Every file holds its own path. */
  private static List<Incoming> images(Function<Member, String> sample, String... paths) {
    List<Incoming> images = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (String path : paths) {
      members.add(new Member(path, () -> path.getBytes(UTF_8)));
    }
    new Samples(
            members.iterator(),
            sample,
            (member, texts) ->
                new Incoming(
                    member.path(), null, texts.caption(), texts.label(), null, member.content()))
        .forEachRemaining(images::add);
    return images;
  }
}
