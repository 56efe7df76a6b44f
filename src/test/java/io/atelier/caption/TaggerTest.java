package io.atelier.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.image.Measurer;
import io.atelier.image.Metrics;
import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import io.atelier.onnx.OnnxGraph;
import io.atelier.sample.Attributes.Eyewear;
import io.atelier.sample.Attributes.Film;
import io.atelier.sample.Attributes.Garment;
import io.atelier.sample.Attributes.Place;
import io.atelier.sample.Claims;
import io.atelier.sample.Colour;
import io.atelier.sample.Scene;
import io.atelier.sample.Vocabulary;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggerTest {
  private static final Path SHIPPED = Path.of("models", "atelier-tiny-identity");
  private static final int SIDE = 192;
  private static final int TRIES = 3;

  @TempDir Path folder;

  /** How often each question was answered, and rightly. */
  private static final class Tally {
    private int said;
    private int right;
    private final TreeMap<String, Integer> of = new TreeMap<>();
  }

  @Test
  void saysOfDrawnPhotosWhereTheyAreAndWhatIsWorn() {
    Tally tally = new Tally();
    World world = new World(4, World.Split.TEST);
    try (Measurer measurer = measurer();
        Captioner captioner = TaggerConfig.of(SHIPPED).open("cpu", 1)) {
      for (int i = 0; i < 48; i++) {
        Scene scene = world.scene(i);
        if (scene.attributes().film() == Film.COLOUR) {
          tally(tally, scene, caption(measurer, captioner, scene));
        }
      }
    }
    assertThat(tally.of.get("place")).isGreaterThan(36);
    assertThat(tally.of.get("clothing")).isGreaterThan(36);
    assertThat((double) tally.right / tally.said).isGreaterThan(0.92);
  }

  @Test
  void itsPhrasesAreInTheOrderOfTheClasses() {
    List<UnaryOperator<io.atelier.sample.Attributes>> changes = new ArrayList<>();
    for (Place place : Place.values()) {
      changes.add(shown -> shown.with(place));
    }
    for (Colour colour : Colour.values()) {
      changes.add(shown -> shown.with(Garment.SWEATER, colour).with(Place.OFFICE));
    }
    for (Eyewear eyewear : Eyewear.values()) {
      changes.add(shown -> shown.with(eyewear).with(Place.OFFICE));
    }
    World world = new World(5, World.Split.TEST);
    try (Measurer measurer = measurer();
        Captioner captioner = TaggerConfig.of(SHIPPED).open("cpu", 1)) {
      for (UnaryOperator<io.atelier.sample.Attributes> change : changes) {
        Tally tally = new Tally();
        for (int i = 0; i < TRIES; i++) {
          io.atelier.sample.Attributes shown = world.scene(i).attributes().asPortrait();
          Scene scene = World.sceneOf(World.HELD_OUT_FROM + i, change.apply(shown), i);
          tally(tally, scene, caption(measurer, captioner, scene));
        }
        assertThat(tally.right)
            .as("of %d, like %s", tally.said, change.apply(world.scene(0).attributes()))
            .isGreaterThanOrEqualTo(tally.said - 1);
      }
    }
  }

  /** Every phrase of the tagger is one of the claims that can be checked. */
  private static void tally(Tally tally, Scene scene, String caption) {
    tally.said += caption.split(", ").length - 1;
    Claims.of(scene, caption)
        .forEach(
            claim -> {
              tally.right++;
              tally.of.merge(claim.name(), 1, Integer::sum);
            });
  }

  private static Measurer measurer() {
    return Measurer.open(
        new Measurer.Options(1_000_000, false, Optional.empty(), Optional.empty(), false));
  }

  private static String caption(Measurer measurer, Captioner captioner, Scene scene) {
    Rgb picture = new Rgb(scene.rgb(SIDE), SIDE, SIDE);
    Metrics metrics = measurer.measure(Thumbnails.png(picture)).metrics().orElseThrow();
    Attributes measured = Attributes.of("man", metrics);
    Answer answer = captioner.describe(new Photo(measured, "", () -> picture));
    assertThat(answer.text()).startsWith("a {framing} of {class}");
    String caption = TaggerCaptioner.worded(answer.text(), measured);
    assertThat(caption).startsWith("a photo of a man");
    return caption;
  }

  @Test
  void theSameAnswerServesEverySubject() {
    TaggerConfig config = TaggerConfig.of(SHIPPED);
    Attributes dog = new Attributes("dog", 100, 100, 0, 0, 0.5, 0.2, "blue", List.of("red"));
    String answer = "a {framing} of {class}, plain {background} background, wearing red clothes";
    assertThat(config.worded(answer, dog))
        .isEqualTo("a photo of a dog, plain blue background, wearing red clothes");
    assertThat(CleanCaption.of("a {framing} of {class}", true).problem()).isEmpty();
  }

  @Test
  void itsWordsAreThoseOfTheDrawnWorld() throws IOException {
    List<String> words = new ArrayList<>();
    Pattern.compile("(?:- |, |\\[|\")([a-z][a-z ]+)")
        .matcher(Files.readString(SHIPPED.resolve("tags.yaml")).replaceAll("#.*", ""))
        .results()
        .forEach(phrase -> words.addAll(List.of(phrase.group(1).split(" "))));
    assertThat(words).hasSizeGreaterThan(80);
    assertThat(Vocabulary.words()).containsAll(words);
  }

  @Test
  void changedPhrasesAreAnotherRevision() throws IOException {
    Path copy = copy();
    assertThat(TaggerConfig.of(copy).revision()).isEqualTo(TaggerConfig.of(SHIPPED).revision());
    Path tags = copy.resolve("tags.yaml");
    Files.writeString(tags, Files.readString(tags).replace("in an office", "at the office"));
    assertThat(TaggerConfig.of(copy).revision()).isNotEqualTo(TaggerConfig.of(SHIPPED).revision());
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws IOException {
    Path copy = copy();
    Path tags = copy.resolve("tags.yaml");
    for (String incomplete :
        List.of(
            "",
            "outputs:\n  eyewear: [a, b, c]\n",
            "certainty: 2\noutputs:\n  eyewear: [a, b, c]\n",
            "certainty: 0.5\noutputs:\n  eyewear:\n",
            "certainty: 0.5\noutputs:\n  eyewear: [a, b, null]\n")) {
      Files.writeString(tags, incomplete);
      assertThatThrownBy(() -> Tagger.open(copy, "cpu", 1))
          .as(incomplete)
          .hasMessageContaining("tags.yaml");
    }
    refuses(copy, "eyewear: [no, glasses]", "eyewear of the model has 3 classes, and there are 2");
    refuses(copy, "eyeware: [a, b, c]", "it has no output eyeware");
    Files.delete(tags);
    assertThatThrownBy(() -> TaggerConfig.of(copy))
        .hasMessageContaining("tags.yaml: it is missing; the folder of a network");
    OnnxGraph.unloadIdle();
  }

  private static void refuses(Path folder, String output, String why) throws IOException {
    Files.writeString(folder.resolve("tags.yaml"), "certainty: 0.5\noutputs:\n  " + output + "\n");
    try (Tagger tagger = Tagger.open(folder, "cpu", 1)) {
      assertThatThrownBy(() -> tagger.tags(new Rgb(new byte[3 * 96 * 96], 96, 96)))
          .hasMessageContaining(why);
    }
  }

  private Path copy() throws IOException {
    for (String name : Tagger.FILES) {
      Files.copy(SHIPPED.resolve(name), folder.resolve(name));
    }
    return folder;
  }
}
