package io.atelier.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.image.Rgb;
import io.atelier.sample.Attributes.Film;
import io.atelier.sample.Claims;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import io.atelier.sample.Vocabulary;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggerTest {
  private static final Path SHIPPED = Path.of("models", "atelier-tiny-identity");
  private static final io.atelier.caption.Attributes MEASURED =
      new io.atelier.caption.Attributes("man", 384, 384, 1, 0.1, 0.5, 0.1, List.of("red"));

  @TempDir Path folder;

  @Test
  void saysOfDrawnPhotosWhereTheyAreAndWhatIsWorn() {
    World world = new World(4, World.Split.TEST);
    Map<String, Integer> said = new TreeMap<>();
    int asked = 0;
    try (Captioner captioner = TaggerConfig.of(SHIPPED).open("cpu", 1)) {
      for (int i = 0; asked < 40; i++) {
        Scene scene = world.scene(i);
        if (scene.attributes().film() != Film.COLOUR) {
          continue;
        }
        asked++;
        Rgb picture = new Rgb(scene.rgb(384), 384, 384);
        String caption = captioner.describe(new Photo(MEASURED, "", () -> picture)).text();
        assertThat(caption).startsWith("a head-and-shoulders portrait of a man, ");
        assertThat(Vocabulary.words()).contains(caption.replace(",", "").split(" "));
        Claims.of(scene, caption).forEach(claim -> said.merge(claim.name(), 1, Integer::sum));
      }
    }
    assertThat(said.get("clothing")).isGreaterThanOrEqualTo(36);
    assertThat(said.get(Labels.EYEWEAR.name())).isGreaterThanOrEqualTo(8);
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
    Files.writeString(tags, "certainty: 0.5\noutputs:\n  eyewear: [no, glasses]\n");
    Rgb black = new Rgb(new byte[3 * 96 * 96], 96, 96);
    try (Tagger tagger = Tagger.open(copy, "cpu", 1)) {
      assertThatThrownBy(() -> tagger.tags(black))
          .hasMessageContaining("tags.yaml")
          .hasMessageContaining("output eyewear of the model has 3 classes, and there are 2");
    }
    Files.delete(tags);
    assertThatThrownBy(() -> TaggerConfig.of(copy))
        .hasMessageContaining("tags.yaml: it is missing. caption.tagger_folder must hold");
  }

  private Path copy() throws IOException {
    for (String name : Tagger.FILES) {
      Files.copy(SHIPPED.resolve(name), folder.resolve(name));
    }
    return folder;
  }
}
