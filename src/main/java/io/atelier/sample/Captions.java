package io.atelier.sample;

import io.atelier.sample.Attributes.Eyewear;
import io.atelier.sample.Attributes.Facing;
import io.atelier.sample.Attributes.Film;
import io.atelier.sample.Attributes.Garment;
import io.atelier.sample.Attributes.Light;
import io.atelier.sample.Attributes.Place;
import io.atelier.sample.Person.BeardKind;
import io.atelier.sample.Person.HairStyle;
import java.util.ArrayList;
import java.util.List;

/**
 * Says in English what a scene shows: as a prompt, as a list of tags or in sentences, short or
 * long, in changing words and order. A caption may leave anything out, but what it says is true,
 * and it speaks of colours only where the picture has any. Lower case throughout.
 */
public final class Captions {
  private final Scene scene;
  private final Person person;
  private final Attributes shown;
  private final String trigger;
  private final Draws draws;
  private final boolean gray;
  private final boolean freckled;
  private final boolean eyesSaid;
  private final String noun;

  /** How likely each thing is to be said: low for short captions. */
  private final double detail;

  private boolean hairSaid;
  private boolean beardSaid;
  private boolean expressionSaid;

  private Captions(Scene scene, String trigger, boolean known, long seed) {
    this.scene = scene;
    this.person = scene.person();
    this.shown = scene.attributes();
    this.trigger = trigger;
    this.draws = new Draws(seed);
    this.gray = shown.film() == Film.BLACK_AND_WHITE;
    this.hairSaid = known;
    this.beardSaid = known;
    this.eyesSaid = known;
    this.freckled = !known && person.freckled();
    this.detail = draws.pick(new Double[] {0.3, 0.6, 0.6, 0.9});
    this.noun = trigger.isEmpty() && draws.chance(0.12) ? "person" : person.classNoun();
  }

  /** A caption of "a woman", "a man" or "a person". */
  public static String of(Scene scene, long seed) {
    return new Captions(scene, "", false, seed).caption();
  }

  /**
   * A caption of a certain woman or man.
   *
   * @param trigger the word for this person, put before the class noun: "ohwx woman"
   */
  public static String of(Scene scene, String trigger, long seed) {
    return new Captions(scene, trigger, false, seed).caption();
  }

  /**
   * A caption of a certain woman or man that leaves out what never changes of them: hair, beard,
   * eyes and freckles. What the prompts of styles are like, and captions to train an adapter on.
   *
   * @param trigger the word for this person, put before the class noun: "ohwx woman"
   */
  public static String ofShot(Scene scene, String trigger, long seed) {
    return new Captions(scene, trigger, true, seed).caption();
  }

  private String caption() {
    String caption =
        switch (draws.weighted(0.5, 0.22, 0.28)) {
          case 0 -> prompt();
          case 1 -> tags();
          default -> sentences();
        };
    return caption.replaceAll("\\ba (?=[aeiou])", "an ");
  }

  private String prompt() {
    StringBuilder text = new StringBuilder(opening() + " " + subject());
    text.append(features(" with "));
    List<String> clauses = clauses();
    for (int i = 0; i < clauses.size(); i++) {
      boolean comma = i > 0 || draws.chance(0.5);
      text.append(comma ? ", " : " ").append(clauses.get(i));
    }
    for (String tag : closing()) {
      text.append(", ").append(tag);
    }
    return text.toString();
  }

  private String tags() {
    List<String> tags = new ArrayList<>();
    String first = draws.chance(0.5) ? opening() + " " + subject() : subject();
    add(tags, detail, hairSaid ? "" : hair());
    add(tags, detail, beardSaid ? "" : beard());
    add(tags, 0.3 * detail, freckled ? "freckles" : "");
    add(tags, 0.2 * detail, eyes());
    add(tags, detail, glasses());
    add(tags, 0.2 * detail, withoutGlasses());
    add(tags, 0.2 + 0.8 * detail, cloth());
    add(tags, detail, expressionSaid ? "" : draws.pick(Phrases.tags(shown.expression())));
    add(tags, 0.5 * detail, facing());
    add(tags, 0.2 + 0.8 * detail, placeTag());
    add(tags, 0.3 * detail, draws.pick(Phrases.tags(shown.framing())));
    add(tags, gray ? 0.9 : 0, draws.pick(Phrases.GRAY_TAGS));
    List<String> shuffled = shuffle(tags);
    shuffled.add(0, first);
    shuffled.addAll(closing());
    return String.join(", ", shuffled);
  }

  private String sentences() {
    StringBuilder text = new StringBuilder(subject());
    text.append(features(" with "));
    boolean dressed = draws.chance(0.5);
    text.append(dressed ? " is wearing " + wearing() : " is " + state());
    if (draws.chance(0.3 + 0.7 * detail)) {
      text.append(' ').append(place());
    }
    text.append('.');
    String pronoun = noun.equals("person") ? "they are" : noun.equals("man") ? "he is" : "she is";
    if (draws.chance(detail)) {
      String more = dressed ? state() : "wearing " + wearing();
      text.append(' ').append(pronoun).append(' ').append(more).append('.');
    }
    if (draws.chance(0.6 * detail)) {
      text.append(' ').append(light()).append('.');
    }
    if (gray) {
      text.append(' ').append(draws.pick(Phrases.GRAY_TAGS)).append('.');
    }
    return text.toString();
  }

  /** What can follow "is": the expression or where the face is turned. */
  private String state() {
    if (!expressionSaid && draws.chance(0.75)) {
      expressionSaid = true;
      return Phrases.adjective(shown.expression());
    }
    return facing();
  }

  private String opening() {
    if (gray && draws.chance(0.8)) {
      return draws.pick(Phrases.GRAY_OPENINGS);
    }
    if (draws.chance(0.4)) {
      return draws.pick(Phrases.of(shown.framing()));
    }
    boolean studio = shown.place() == Place.STUDIO || shown.place() == Place.PLAIN;
    return draws.pick(studio && draws.chance(0.4) ? Phrases.STUDIO_OPENINGS : Phrases.OPENINGS);
  }

  /** "a woman", "a smiling woman", "ohwx woman". */
  private String subject() {
    if (!trigger.isEmpty()) {
      return trigger + " " + noun;
    }
    return draws.chance(0.35) ? "a " + adjective() + noun : "a " + noun;
  }

  private String adjective() {
    switch (draws.index(4)) {
      case 0 -> {
        expressionSaid = true;
        return Phrases.adjective(shown.expression()) + " ";
      }
      case 1 -> {
        if (person.hair().style() == HairStyle.BALD) {
          hairSaid = true;
          return "bald ";
        }
        return gray ? "" : draws.pick(Phrases.haired(person.hair().colour())) + " ";
      }
      case 2 -> {
        String grown = Phrases.adjective(person.beard().kind());
        boolean says = !grown.isEmpty() && person.presentation() < 0.5;
        beardSaid = says;
        return says ? grown + " " : "";
      }
      default -> {
        return freckled ? "freckled " : "";
      }
    }
  }

  /** "with short brown hair, a beard and glasses", or nothing. */
  private String features(String with) {
    List<String> features = new ArrayList<>();
    add(features, detail, hairSaid ? "" : hair());
    add(features, detail, beardSaid ? "" : beard());
    add(features, 0.4 * detail, freckled ? "freckles" : "");
    add(features, 0.2 * detail, eyes());
    add(features, 0.6 * detail, glasses());
    return features.isEmpty() ? "" : with + listed(shuffle(features));
  }

  private List<String> clauses() {
    List<String> clauses = new ArrayList<>();
    double loud = 0.2 + 0.8 * detail;
    String dressed = draws.pick(List.of("wearing ", "wearing ", "in ", "dressed in "));
    add(clauses, loud, dressed + (dressed.equals("wearing ") ? wearing() : dressed()));
    add(clauses, loud, place());
    add(clauses, expressionSaid ? 0 : detail, draws.pick(Phrases.of(shown.expression())));
    add(clauses, 0.5 * detail, facing());
    add(clauses, 0.2 * detail, withoutGlasses());
    return shuffle(clauses);
  }

  /** Light, lens and other things that come last. */
  private List<String> closing() {
    List<String> tags = new ArrayList<>();
    add(tags, 0.8 * detail, light());
    add(tags, shown.place() == Place.PLAIN ? 0 : 0.15, draws.pick(Phrases.DEPTH));
    add(tags, 0.15, draws.pick(Phrases.EXTRAS));
    add(tags, gray ? 0 : 0.04, draws.pick(Phrases.COLOUR_EXTRAS));
    return tags;
  }

  private String hair() {
    Person.Hair hair = person.hair();
    boolean coloured = !gray && hair.style() != HairStyle.BALD;
    if (coloured && draws.chance(0.2)) {
      return draws.pick(Phrases.of(hair.colour())) + " hair";
    }
    String colour = coloured && draws.chance(0.85) ? draws.pick(Phrases.of(hair.colour())) : "";
    return coloured(draws.pick(Phrases.of(hair.style())), colour);
  }

  private String beard() {
    boolean bare = person.beard().kind() == BeardKind.NONE;
    boolean worthSaying = !bare || (person.presentation() < 0.5 && draws.chance(0.15));
    return worthSaying ? draws.pick(Phrases.of(person.beard().kind())) : "";
  }

  private String eyes() {
    boolean seen = !eyesSaid && !gray && shown.eyewear() != Eyewear.SUNGLASSES;
    return seen ? draws.pick(Phrases.of(person.eyes().colour())) : "";
  }

  private String glasses() {
    return switch (shown.eyewear()) {
      case NONE -> "";
      case SUNGLASSES -> draws.pick(Phrases.SUNGLASSES);
      case GLASSES -> {
        boolean round = person.glasses().round();
        List<String> shaped = round ? Phrases.ROUND_GLASSES : Phrases.SQUARE_GLASSES;
        yield draws.pick(draws.chance(0.3) ? shaped : Phrases.GLASSES);
      }
    };
  }

  private String withoutGlasses() {
    return shown.eyewear() == Eyewear.NONE ? draws.pick(Phrases.NO_GLASSES) : "";
  }

  /** "a red hoodie", "glasses and a red hoodie". */
  private String wearing() {
    List<String> worn = new ArrayList<>(List.of(dressed()));
    add(worn, 0.5 * detail, glasses());
    return listed(shuffle(worn));
  }

  /** The garment with an article, or all clothes together. */
  private String dressed() {
    if (gray || !draws.chance(0.06)) {
      return "a " + cloth();
    }
    String colour = draws.pick(Phrases.of(shown.clothing()));
    return draws.chance(0.5) ? colour + " clothes" : "smart casual clothes in " + colour;
  }

  /** The garment and its colour without an article. */
  private String cloth() {
    Colour colour = shown.clothing();
    boolean blue = colour == Colour.BLUE || colour == Colour.NAVY;
    boolean denim = shown.garment() == Garment.JACKET && blue && !gray && draws.chance(0.4);
    String garment = denim ? Phrases.DENIM : draws.pick(Phrases.of(shown.garment()));
    String named = gray || draws.chance(0.1) ? "" : draws.pick(Phrases.of(colour)) + " ";
    return named + garment + below(colour);
  }

  private String below(Colour colour) {
    if (gray || !draws.chance(0.12)) {
      return "";
    }
    return switch (shown.garment()) {
      case SUIT -> draws.chance(0.5) ? " over a white shirt" : " over a plain white shirt";
      case JACKET -> colour == Colour.WHITE ? "" : " over a white t-shirt";
      default -> "";
    };
  }

  private String facing() {
    boolean turned = shown.facing() != Facing.CAMERA;
    return draws.pick(turned && draws.chance(0.25) ? Phrases.TURNED : Phrases.of(shown.facing()));
  }

  private String place() {
    boolean bare = gray && shown.place() == Place.PLAIN;
    String place =
        bare ? Phrases.PLAIN : coloured(draws.pick(Phrases.of(shown.place())), backdrop());
    boolean stands = !bare && !place.startsWith("with") && !place.startsWith("walking");
    return stands && draws.chance(0.1) ? "standing " + place : place;
  }

  private String placeTag() {
    boolean bare = gray && shown.place() == Place.PLAIN;
    return bare
        ? "plain background"
        : coloured(draws.pick(Phrases.tags(shown.place())), backdrop());
  }

  private String backdrop() {
    return draws.pick(Phrases.of(shown.backdrop()));
  }

  private String light() {
    boolean temperature = shown.light() == Light.WARM || shown.light() == Light.COOL;
    if (gray && temperature) {
      return "natural light";
    }
    String side = scene.shot().lamp().side() < 0 ? "left" : "right";
    return draws.pick(Phrases.of(shown.light())).replace("{side}", side);
  }

  private static String coloured(String phrase, String colour) {
    return colour.isEmpty() ? phrase.replace("{c} ", "") : phrase.replace("{c}", colour);
  }

  private void add(List<String> phrases, double probability, String phrase) {
    if (!phrase.isEmpty() && draws.chance(probability)) {
      phrases.add(phrase);
    }
  }

  private List<String> shuffle(List<String> phrases) {
    List<String> left = new ArrayList<>(phrases);
    List<String> shuffled = new ArrayList<>();
    while (!left.isEmpty()) {
      shuffled.add(left.remove(draws.index(left.size())));
    }
    return shuffled;
  }

  private static String listed(List<String> phrases) {
    int last = phrases.size() - 1;
    return last == 0
        ? phrases.get(0)
        : String.join(", ", phrases.subList(0, last)) + " and " + phrases.get(last);
  }
}
