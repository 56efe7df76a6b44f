package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.sample.Attributes.Eyewear;
import io.atelier.sample.Attributes.Film;
import io.atelier.sample.Attributes.Garment;
import io.atelier.sample.Attributes.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final World WORLD = new World(1, World.Split.TEST);
  private static final Attributes SHOWN =
      WORLD
          .scene(1)
          .attributes()
          .with(Garment.HOODIE, Colour.NAVY)
          .with(Place.NIGHT_CITY)
          .with(Eyewear.NONE)
          .with(Film.COLOUR);

  private static List<String> claims(Attributes attributes, String caption) {
    Scene scene = World.sceneOf(blond(), attributes, 1);
    return Claims.of(scene, caption).stream().map(Labels::name).toList();
  }

  private static long blond() {
    for (long id = 0; ; id++) {
      Person.Hair hair = World.person(id).hair();
      if (hair.colour() == Person.HairColour.BLOND && hair.style() == Person.HairStyle.BOB) {
        return id;
      }
    }
  }

  @Test
  void onlyWhatIsSaidIsClaimed() {
    assertThat(claims(SHOWN, "a photo of a woman")).isEmpty();
    assertThat(claims(SHOWN, "a woman in a hoodie, short hair, in the city")).isEmpty();
    assertThat(claims(SHOWN, "a blonde woman in a navy blue hoodie, in a city at night"))
        .containsExactly("place", "clothing", "hair colour");
    assertThat(claims(SHOWN, "a woman with a blond bob and no glasses, in dark blue clothes"))
        .containsExactly("clothing", "hair colour", "eyewear");
    assertThat(claims(SHOWN.with(Eyewear.SUNGLASSES), "woman, dark sunglasses"))
        .containsExactly("eyewear");
    assertThat(claims(SHOWN.withBackdrop(Colour.TEAL), "woman, solid turquoise background"))
        .containsExactly("place");
  }

  @Test
  void aPictureWithoutColoursIsNotAskedForThem() {
    assertThat(claims(SHOWN.with(Film.BLACK_AND_WHITE), "a blonde woman in a navy hoodie"))
        .isEmpty();
  }

  @Test
  void captionsOfAShotSayNothingThatNeverChanges() {
    CaptionReader reader = new CaptionReader();
    List<String> colours = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Scene scene = WORLD.scene(i);
      String caption = Captions.ofShot(scene, "ohwx", i);
      assertThat(caption)
          .contains("ohwx " + scene.person().classNoun())
          .doesNotContainPattern("hair|bald|beard|freckle|(brown|blue|green) eyes");
      assertThat(reader.faults(scene, caption)).allMatch(fault -> fault.contains("ohwx"));
      Claims.of(scene, caption).forEach(claim -> colours.add(claim.name()));
    }
    assertThat(colours).contains("place", "clothing", "eyewear").doesNotContain("hair colour");
  }
}
