package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.caption.Attributes;
import io.atelier.store.Lake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionPhotosTest {
  private static final Pattern TOKEN = Pattern.compile("(?i)\\bzelvok\\b");

  @TempDir Path folder;

  @Test
  void onePhotoThatCannotBeCaptionedLeavesTheOthersAlone() {
    List<CaptionedPhoto> all =
        captions(
            answered("woman", "a woman in a coat", true),
            answered("zelvok", "a woman in a coat", true),
            answered("zelvok", "I'm sorry, I cannot help with that.", true),
            answered("zelvok", "A woman in a coat. She is holding", false));

    assertThat(all).extracting(CaptionedPhoto::captioned).containsExactly(false, true, false, true);
    assertThat(all.get(0).reason()).contains("woman");
    assertThat(all.get(1).text()).isEqualTo("zelvok woman in a coat");
    assertThat(all.get(2).reason()).startsWith("NO_CAPTION: ").contains("REFUSAL");
    assertThat(all.get(3).text()).isEqualTo("zelvok woman in a coat.");
    assertThat(all.get(3).caption()).isEqualTo("A woman in a coat. She is holding");
  }

  /** Whatever a captioner does with the token, a caption has it once, as a word of its own. */
  @Test
  void anAdversarialCaptionerCannotBreakTheTriggerRule() {
    List<String> words =
        List.of(
            "zelvok",
            "Zelvok",
            "ZELVOK",
            "zelvoks",
            "prezelvok",
            "zelvok's",
            "zelv0k",
            "zelvok_2",
            "zelvok-zelvok",
            "[trigger]",
            "[name]",
            "{trigger}",
            "z elvok",
            "zelvo\u200Bk",
            "a woman",
            "the person",
            "an elderly man",
            "woman",
            "smiles",
            "in",
            "a",
            "red",
            "coat,",
            "standing",
            "outside.",
            "\u201Czelvok\u201D",
            "(zelvok)",
            "café",
            "</think>");
    Random random = new Random(23);
    List<AnsweredPhoto> photos = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      List<String> text = new ArrayList<>();
      for (int n = 3 + random.nextInt(12); n > 0; n--) {
        text.add(words.get(random.nextInt(words.size())));
      }
      photos.add(answered("zelvok", String.join(" ", text), random.nextInt(8) > 0));
    }
    List<CaptionedPhoto> captions = captions(photos.toArray(AnsweredPhoto[]::new));
    assertThat(captions).hasSize(20_000);
    assertThat(captions.stream().filter(CaptionedPhoto::captioned).count()).isGreaterThan(10_000);
    for (CaptionedPhoto caption : captions) {
      if (caption.captioned()) {
        assertThat(TOKEN.matcher(caption.text()).results().count())
            .as("\"%s\" from \"%s\"", caption.text(), caption.caption())
            .isEqualTo(1);
        assertThat(caption.text()).contains("zelvok");
      }
    }
  }

  private List<CaptionedPhoto> captions(AnsweredPhoto... photos) {
    TaskSettings task =
        new TaskSettings(null, Lake.at(folder.toString()), "cpu", 1, new LongAccumulator());
    List<CaptionedPhoto> all = new ArrayList<>();
    new CaptionPhotos(task).call(List.of(photos).iterator()).forEachRemaining(all::add);
    return all;
  }

  private static AnsweredPhoto answered(String trigger, String text, boolean complete) {
    Attributes attributes =
        new Attributes("woman", 640, 640, 1, 0.2, 0.5, 0.2, "red", List.of("red"));
    return new AnsweredPhoto(
        new PhotoToCaption("c", "i", "s", "a", "a.jpg", "u", "d", "", trigger, "woman", attributes),
        text,
        complete);
  }
}
