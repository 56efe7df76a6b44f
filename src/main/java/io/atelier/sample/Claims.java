package io.atelier.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a caption says: it may leave anything out, and then its picture cannot be asked for it. */
public final class Claims {
  private final Scene scene;
  private final String caption;

  private Claims(Scene scene, String caption) {
    this.scene = scene;
    this.caption = caption;
  }

  /** Those of {@link Labels#PROBES} that a caption of this scene answers. */
  public static List<Labels> of(Scene scene, String caption) {
    Claims claims = new Claims(scene, caption);
    return Labels.PROBES.stream()
        .filter(probe -> probe.visible().test(scene) && claims.answers(probe))
        .toList();
  }

  /** Whether a caption says what the scene shows in front of the eyes. */
  public static boolean ofEyewear(Scene scene, String caption) {
    return new Claims(scene, caption).eyewear();
  }

  private boolean answers(Labels probe) {
    if (probe == Labels.PLACE) {
      return place();
    } else if (probe == Labels.CLOTHING) {
      return clothing();
    }
    return probe == Labels.HAIR_COLOUR ? hairColour() : eyewear();
  }

  private boolean place() {
    Attributes.Place place = scene.attributes().place();
    List<String> backdrops = Phrases.of(scene.attributes().backdrop());
    return says(Phrases.of(place), backdrops) || says(Phrases.tags(place), backdrops);
  }

  private boolean clothing() {
    List<String> worn = new ArrayList<>(List.of("{c} clothes", "clothes in {c}"));
    worn.add("{c} " + Phrases.DENIM);
    Phrases.of(scene.attributes().garment()).forEach(garment -> worn.add("{c} " + garment));
    return says(worn, Phrases.of(scene.attributes().clothing()));
  }

  private boolean hairColour() {
    Person.Hair hair = scene.person().hair();
    List<String> colours = Phrases.of(hair.colour());
    return says(List.of("{c} hair"), colours)
        || says(Phrases.of(hair.style()), colours)
        || says(Phrases.haired(hair.colour()), colours);
  }

  private boolean eyewear() {
    return switch (scene.attributes().eyewear()) {
      case NONE -> says(Phrases.NO_GLASSES, List.of());
      case SUNGLASSES -> says(Phrases.SUNGLASSES, List.of());
      case GLASSES ->
          says(Phrases.GLASSES, List.of())
              || says(Phrases.ROUND_GLASSES, List.of())
              || says(Phrases.SQUARE_GLASSES, List.of());
    };
  }

  /** Whether one of the phrases is there, {@code {c}} being one of the colours. */
  private boolean says(List<String> phrases, List<String> colours) {
    String colour = "(?:" + String.join("|", colours) + ")";
    return phrases.stream()
        .map(phrase -> Pattern.quote(phrase).replace("{c}", "\\E" + colour + "\\Q"))
        .anyMatch(
            phrase ->
                Pattern.compile("(?<![\\w-])" + phrase + "(?![\\w-])").matcher(caption).find());
  }
}
