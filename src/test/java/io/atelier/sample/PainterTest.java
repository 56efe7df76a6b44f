package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PainterTest {
  private static final Shot SHOT = Shot.of(11, Shot.Place.STUDIO, Shot.Garment.SHIRT);

  @Test
  void paintsTheSamePixelsAgain() {
    BufferedImage first = Painter.paint(Person.of(3), SHOT, 160, 192);
    BufferedImage second = Painter.paint(Person.of(3), SHOT, 160, 192);
    assertThat(difference(first, second)).isZero();
    assertThat(first.getWidth()).isEqualTo(160);
    assertThat(first.getHeight()).isEqualTo(192);
  }

  @Test
  void paintsDifferentPeopleDifferently() {
    for (int i = 0; i < 6; i++) {
      BufferedImage one = Painter.paint(Person.of(i), SHOT, 128, 160);
      BufferedImage other = Painter.paint(Person.of(i + 1), SHOT, 128, 160);
      assertThat(difference(one, other)).isGreaterThan(4);
    }
  }

  @Test
  void paintsASmallChangeOfAFeatureAsASmallChangeOfThePicture() {
    BufferedImage one = Painter.paint(Person.of(5, 0.9, 0.30), SHOT, 128, 160);
    BufferedImage near = Painter.paint(withTone(Person.of(5, 0.9, 0.30), 0.33), SHOT, 128, 160);
    BufferedImage far = Painter.paint(withTone(Person.of(5, 0.9, 0.30), 0.90), SHOT, 128, 160);
    assertThat(difference(one, near)).isBetween(0.05, 2.0);
    assertThat(difference(one, far)).isGreaterThan(4 * difference(one, near));
  }

  @Test
  void keepsTheFeaturesOfManyPeopleInRange() {
    for (int i = 0; i < 500; i++) {
      Person person = Person.of(i);
      assertThat(
              List.of(
                  person.face().width(),
                  person.face().jaw(),
                  person.skin().tone(),
                  person.skin().freckles(),
                  person.hair().darkness(),
                  person.eyes().size(),
                  person.eyes().iris(),
                  person.brows().thickness(),
                  person.nose().width(),
                  person.mouth().fullness(),
                  person.beard().density(),
                  person.glasses().rim(),
                  person.presentation()))
          .allMatch(value -> value >= 0 && value <= 1);
    }
  }

  @Test
  void paintsTheSceneDarkerByStops() {
    Shot.Light light = SHOT.light();
    Shot dim = SHOT.withLight(new Shot.Light(light.side(), light.contrast(), light.warmth(), -3));
    double bright = brightness(Painter.paint(Person.of(1), SHOT, 96, 96));
    assertThat(brightness(Painter.paint(Person.of(1), dim, 96, 96))).isLessThan(bright / 5);
  }

  @Test
  void refusesASizeItCannotPaint() {
    assertThatThrownBy(() -> Painter.paint(Person.of(1), SHOT, 8, 100))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("8 x 100");
  }

  private static Person withTone(Person person, double tone) {
    Person.Skin skin = person.skin();
    return new Person(
        person.face(),
        new Person.Skin(tone, skin.undertone(), skin.freckles(), skin.blush()),
        person.hair(),
        person.eyes(),
        person.brows(),
        person.nose(),
        person.mouth(),
        person.beard(),
        person.glasses(),
        person.presentation(),
        person.texture());
  }

  /** Mean absolute difference of the channels, in 8-bit steps. */
  private static double difference(BufferedImage one, BufferedImage other) {
    double sum = 0;
    int width = one.getWidth();
    int height = one.getHeight();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int a = one.getRGB(x, y);
        int b = other.getRGB(x, y);
        for (int shift = 0; shift <= 16; shift += 8) {
          sum += Math.abs((a >> shift & 255) - (b >> shift & 255));
        }
      }
    }
    return sum / (3.0 * width * height);
  }

  private static double brightness(BufferedImage image) {
    return difference(
        image, new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB));
  }
}
