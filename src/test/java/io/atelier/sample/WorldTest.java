package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.sample.World.Split;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;

class WorldTest {
  private static final World TRAIN = new World(1, Split.TRAIN);
  private static final World TEST = new World(1, Split.TEST);

  @Test
  void isAPureFunctionOfSeedSplitAndIndex() {
    Scene scene = TRAIN.scene(17);
    assertThat(new World(1, Split.TRAIN).scene(17)).isEqualTo(scene);
    assertThat(new World(2, Split.TRAIN).scene(17)).isNotEqualTo(scene);
    assertThat(TEST.scene(17)).isNotEqualTo(scene);
    assertThat(scene.caption()).isEqualTo(TRAIN.scene(17).caption());
    assertThat(scene.rgb(64)).hasSize(3 * 64 * 64).isEqualTo(TRAIN.scene(17).rgb(64));
  }

  /** Java2D's rasteriser rounds a few edges otherwise in later releases of Java. */
  @Test
  @EnabledOnJre(JRE.JAVA_17)
  void drawsTheSamePixelsOnEveryMachine() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < 60; i++) {
      digest.update(TEST.scene(i).rgb(64));
    }
    digest.update(TEST.scene(0).rgb(200));
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("dacf1c9f76c0662a402aada8f477f1f6cc3b2ca2b1e25d8cd8e32cc2e7f74dde");
  }

  @Test
  void drawsTheSameColoursOnEveryJava() {
    double[] sums = new double[3];
    for (int i = 0; i < 60; i++) {
      byte[] rgb = TEST.scene(i).rgb(64);
      for (int k = 0; k < rgb.length; k++) {
        sums[k % 3] += (rgb[k] & 255) / (60.0 * 64 * 64);
      }
    }
    assertThat(sums).containsExactly(new double[] {129.08, 114.98, 104.95}, within(0.02));
  }

  @Test
  void holdsOutPeopleAndCombinations() {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      Scene train = TRAIN.scene(i);
      Scene test = TEST.scene(i);
      assertThat(train.personId()).isLessThan(World.TRAIN_PEOPLE);
      assertThat(test.personId()).isGreaterThanOrEqualTo(World.HELD_OUT_FROM);
      assertThat(World.isHeldOut(train.attributes())).isFalse();
      assertThat(World.isHeldOut(test.attributes())).isTrue();
      seen.add(test.personId());
    }
    assertThat(seen).hasSizeGreaterThan(World.TEST_PEOPLE * 9 / 10);
  }

  @Test
  void holdsOutAboutOneTripleInEightAndNoAttributeAltogether() {
    int held = 0;
    int all = 0;
    Attributes any = TRAIN.scene(0).attributes();
    for (Attributes.Garment garment : Attributes.Garment.values()) {
      for (Colour colour : Colour.values()) {
        int here = 0;
        for (Attributes.Place place : Attributes.Place.values()) {
          here += World.isHeldOut(any.with(garment, colour).with(place)) ? 1 : 0;
          all++;
        }
        assertThat(here).isLessThan(Attributes.Place.values().length / 2);
        held += here;
      }
    }
    assertThat((double) held / all).isBetween(0.1, 0.15);
  }

  @Test
  void showsEveryValueOfEveryAttribute() {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      Attributes a = TRAIN.scene(i).attributes();
      Person person = TRAIN.scene(i).person();
      seen.addAll(
          List.of(
              a.framing(),
              a.facing(),
              a.expression(),
              a.garment(),
              a.clothing(),
              a.eyewear(),
              a.place(),
              a.light(),
              a.film(),
              person.hair().style(),
              person.hair().colour(),
              person.beard().kind(),
              person.eyes().colour()));
    }
    List<Object> all = new ArrayList<>();
    all.addAll(List.of(Attributes.Framing.values()));
    all.addAll(List.of(Attributes.Facing.values()));
    all.addAll(List.of(Attributes.Expression.values()));
    all.addAll(List.of(Attributes.Garment.values()));
    all.addAll(List.of(Colour.values()));
    all.addAll(List.of(Attributes.Eyewear.values()));
    all.addAll(List.of(Attributes.Place.values()));
    all.addAll(List.of(Attributes.Light.values()));
    all.addAll(List.of(Attributes.Film.values()));
    all.addAll(List.of(Person.HairStyle.values()));
    all.addAll(List.of(Person.HairColour.values()));
    all.addAll(List.of(Person.BeardKind.values()));
    all.addAll(List.of(Person.EyeColour.values()));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
  }

  /**
   * At 64 pixels, with only the place, the clothes and the light changed, a person is nearer to
   * themselves than to another in the region of the face: the median over other people is compared.
   */
  @Test
  void tellsPeopleApartAtSixtyFourPixels() {
    int right = 0;
    int people = 40;
    List<byte[]> known = new ArrayList<>();
    for (int i = 0; i < people; i++) {
      known.add(face(i, 1));
    }
    for (int i = 0; i < people; i++) {
      byte[] query = face(i, 2);
      int best = -1;
      long least = Long.MAX_VALUE;
      for (int j = 0; j < people; j++) {
        long distance = distance(query, known.get(j));
        if (distance < least) {
          least = distance;
          best = j;
        }
      }
      right += best == i ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(people * 8 / 10);
  }

  /** The middle of a picture in a fixed pose, where the face is. */
  private static byte[] face(long id, int occasion) {
    Person person = World.person(id);
    Shot shot = Shot.portrait(person, 100 * id + occasion);
    Attributes soft =
        shot.attributes()
            .with(Attributes.Light.SOFT)
            .with(Attributes.Expression.CALM)
            .with(Attributes.Eyewear.NONE);
    Shot posed = Shot.of(soft, 100 * id + occasion).with(new Shot.Pose(0, 0, 0, 0.5, 0.5, 0.45));
    byte[] rgb = new Scene(id, person, posed, 0).rgb(64);
    byte[] face = new byte[3 * 32 * 32];
    for (int y = 0; y < 32; y++) {
      System.arraycopy(rgb, 3 * ((y + 12) * 64 + 16), face, 3 * 32 * y, 3 * 32);
    }
    return face;
  }

  private static long distance(byte[] one, byte[] other) {
    long sum = 0;
    for (int i = 0; i < one.length; i++) {
      int difference = (one[i] & 255) - (other[i] & 255);
      sum += (long) difference * difference;
    }
    return sum;
  }
}
