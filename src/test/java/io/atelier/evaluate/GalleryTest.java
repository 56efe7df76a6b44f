package io.atelier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GalleryTest {
  private static PortraitModel.Portrait at(double degrees) {
    double angle = Math.toRadians(degrees);
    float[] embedding = {(float) Math.cos(angle), (float) Math.sin(angle)};
    return new PortraitModel.Portrait(embedding, Map.of());
  }

  @Test
  void aPersonIsTheMiddleOfTheirPictures() {
    Gallery gallery = new Gallery();
    gallery.add(List.of(at(10), at(50)));

    assertThat(gallery.likeness(at(30), 0)).isCloseTo(1, within(1e-6));
    assertThat(gallery.likeness(at(90), 0)).isCloseTo(0.5, within(1e-6));
  }

  @Test
  void theRankCountsWhoIsMoreAlikeAndEqualLikenessIsNoRecognition() {
    Gallery gallery = new Gallery();
    gallery.add(List.of(at(0)));
    gallery.add(List.of(at(40)));
    gallery.add(List.of(at(100)));
    gallery.add(List.of(at(0)));

    assertThat(gallery.rank(at(10), 0, List.of(1, 2))).isZero();
    assertThat(gallery.rank(at(10), 1, List.of(0, 2))).isEqualTo(1);
    assertThat(gallery.rank(at(10), 2, List.of(0, 1))).isEqualTo(2);
    assertThat(gallery.rank(at(10), 0, List.of(3))).isEqualTo(1);
  }
}
