package io.atelier.evaluate;

import io.atelier.caption.Answer;
import io.atelier.caption.Attributes;
import io.atelier.caption.Captioner;
import io.atelier.caption.CaptionerConfig;
import io.atelier.caption.CleanCaption;
import io.atelier.caption.Photo;
import io.atelier.caption.TriggerRule;
import io.atelier.image.Measurer;
import io.atelier.image.Metrics;
import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import io.atelier.sample.Scene;
import java.util.Optional;

/**
 * Captions of a sitter's photos as the stage {@code caption} writes them: photos are measured and
 * described, and the word is put in. Slower and poorer than the drawing program's own captions, and
 * what adapters of real photos are trained on.
 */
final class SitterCaptions implements AutoCloseable {
  /** Pixels of a photo, from which faces are told. */
  private static final int SIDE = 512;

  private final CaptionerConfig config;
  private final Measurer measurer;
  private final Captioner captioner;

  private SitterCaptions(CaptionerConfig config, Measurer measurer, Captioner captioner) {
    this.config = config;
    this.measurer = measurer;
    this.captioner = captioner;
  }

  /** By a captioner that looks at photos with one thread on the CPU. */
  static SitterCaptions open(CaptionerConfig config) {
    Measurer.Options faces =
        new Measurer.Options(SIDE * SIDE, true, Optional.empty(), Optional.empty(), false);
    return new SitterCaptions(config, Measurer.open(faces), config.open("cpu", 1));
  }

  /** The caption of a photo of somebody with a word. */
  String of(Scene scene, String word) {
    String noun = scene.person().classNoun();
    Rgb picture = new Rgb(scene.rgb(SIDE), SIDE, SIDE);
    Metrics metrics = measurer.measure(Thumbnails.png(picture)).metrics().orElseThrow();
    Attributes attributes = Attributes.of(noun, metrics);
    Answer answer = captioner.describe(new Photo(attributes, config.prompt(noun), () -> picture));
    String text = config.worded(answer.text(), attributes);
    return new TriggerRule(word, noun).apply(CleanCaption.of(text, answer.complete()).text());
  }

  @Override
  public void close() {
    captioner.close();
    measurer.close();
  }
}
