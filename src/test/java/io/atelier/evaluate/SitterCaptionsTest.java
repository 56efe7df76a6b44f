package io.atelier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.caption.TaggerConfig;
import io.atelier.sample.Claims;
import io.atelier.sample.Scene;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SitterCaptionsTest {

  @Test
  void areWhatACaptionerSaysWithTheWordPutIn() {
    Sitter sitter = Sitter.of(3);
    int claims = 0;
    try (SitterCaptions captions =
        SitterCaptions.open(TaggerConfig.of(Path.of("models", "atelier-tiny-identity")))) {
      for (Scene photo : sitter.photos()) {
        String caption = captions.of(photo, sitter.word());
        assertThat(caption)
            .matches("a [a-z-]+ (portrait|photo) of " + sitter.word() + " (wo)?man, .*")
            .doesNotContain("{");
        claims += Claims.of(photo, caption).size();
      }
    }
    assertThat(claims).as("place and clothes, mostly").isGreaterThan(18);
  }
}
