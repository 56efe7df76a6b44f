package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RendererTest {
  private static final Attributes CALM =
      new Attributes(
          Attributes.Framing.HEAD_AND_SHOULDERS,
          Attributes.Facing.CAMERA,
          Attributes.Expression.CALM,
          Attributes.Garment.SHIRT,
          Colour.BLUE,
          Attributes.Eyewear.NONE,
          Attributes.Place.STUDIO,
          Colour.GRAY,
          Attributes.Light.SOFT,
          Attributes.Film.COLOUR);
  private static final Shot SHOT = Shot.of(CALM, 11);

  @Test
  void drawsTheSamePixelsAgain() {
    BufferedImage first = Renderer.render(Person.of(3), SHOT, 160, 192);
    BufferedImage second = Renderer.render(Person.of(3), SHOT, 160, 192);
    assertThat(difference(first, second)).isZero();
    assertThat(first.getWidth()).isEqualTo(160);
    assertThat(first.getHeight()).isEqualTo(192);
  }

  @Test
  void drawsDifferentPeopleDifferently() {
    for (int i = 0; i < 20; i++) {
      BufferedImage one = Renderer.render(Person.of(i), SHOT, 64, 64);
      BufferedImage other = Renderer.render(Person.of(i + 1), SHOT, 64, 64);
      assertThat(difference(one, other)).isGreaterThan(4);
    }
  }

  @Test
  void drawsASmallChangeOfAFeatureAsASmallChangeOfThePicture() {
    BufferedImage one = Renderer.render(Person.of(5, 0.9, 0.30), SHOT, 128, 160);
    BufferedImage near = Renderer.render(withTone(Person.of(5, 0.9, 0.30), 0.33), SHOT, 128, 160);
    BufferedImage far = Renderer.render(withTone(Person.of(5, 0.9, 0.30), 0.90), SHOT, 128, 160);
    assertThat(difference(one, near)).isBetween(0.05, 2.0);
    assertThat(difference(one, far)).isGreaterThan(4 * difference(one, near));
  }

  @Test
  void drawsEveryValueOfEveryAttributeSoThatItCanBeSeen() {
    List<Attributes> all = new ArrayList<>();
    for (Attributes.Framing value : Attributes.Framing.values()) {
      all.add(CALM.with(value));
    }
    for (Attributes.Facing value : Attributes.Facing.values()) {
      all.add(CALM.with(value));
    }
    for (Attributes.Expression value : Attributes.Expression.values()) {
      all.add(CALM.with(value));
    }
    for (Attributes.Garment value : Attributes.Garment.values()) {
      all.add(CALM.with(value, Colour.BLUE));
    }
    for (Colour value : Colour.values()) {
      all.add(CALM.with(Attributes.Garment.SHIRT, value));
      all.add(CALM.withBackdrop(value));
    }
    for (Attributes.Eyewear value : Attributes.Eyewear.values()) {
      all.add(CALM.with(value));
    }
    for (Attributes.Place value : Attributes.Place.values()) {
      all.add(value == Attributes.Place.PLAIN ? CALM : CALM.with(value));
    }
    for (Attributes.Light value : Attributes.Light.values()) {
      all.add(CALM.with(value));
    }
    for (Attributes.Film value : Attributes.Film.values()) {
      all.add(CALM.with(value));
    }
    List<Attributes> distinct = all.stream().distinct().toList();
    List<BufferedImage> pictures =
        distinct.stream().map(a -> Renderer.render(Person.of(4), Shot.of(a, 5), 64, 64)).toList();
    for (int i = 0; i < pictures.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(difference(pictures.get(i), pictures.get(j)))
            .as("%s against %s", distinct.get(i), distinct.get(j))
            .isGreaterThan(0.25);
      }
    }
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
                  person.hair().shade(),
                  person.eyes().size(),
                  person.eyes().shade(),
                  person.brows().thickness(),
                  person.nose().width(),
                  person.mouth().fullness(),
                  person.beard().length(),
                  person.glasses().rim(),
                  person.presentation()))
          .allMatch(value -> value >= 0 && value <= 1);
    }
  }

  @Test
  void drawsTheSceneDarkerByStops() {
    Shot.Lamp lamp = SHOT.lamp();
    Shot dim = SHOT.with(new Shot.Lamp(lamp.side(), lamp.contrast(), lamp.warmth(), -3));
    double bright = brightness(Renderer.render(Person.of(1), SHOT, 96, 96));
    assertThat(brightness(Renderer.render(Person.of(1), dim, 96, 96))).isLessThan(bright / 5);
  }

  @Test
  void takesAllColourOutOfBlackAndWhite() {
    Shot shot = Shot.of(CALM.with(Attributes.Film.BLACK_AND_WHITE), 3);
    BufferedImage picture = Renderer.render(Person.of(1), shot, 64, 64);
    for (int rgb : picture.getRGB(0, 0, 64, 64, null, 0, 64)) {
      assertThat(rgb & 0xff).isEqualTo(rgb >> 8 & 0xff).isEqualTo(rgb >> 16 & 0xff);
    }
  }

  @Test
  void refusesASizeItCannotDraw() {
    assertThatThrownBy(() -> Renderer.render(Person.of(1), SHOT, 8, 100))
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
    int width = one.getWidth();
    int height = one.getHeight();
    int[] first = one.getRGB(0, 0, width, height, null, 0, width);
    int[] second = other.getRGB(0, 0, width, height, null, 0, width);
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        sum += Math.abs((first[i] >> shift & 255) - (second[i] >> shift & 255));
      }
    }
    return sum / (3.0 * width * height);
  }

  private static double brightness(BufferedImage image) {
    return difference(
        image, new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB));
  }
}
