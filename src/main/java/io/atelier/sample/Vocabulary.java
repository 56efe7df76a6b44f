package io.atelier.sample;

import io.atelier.sample.Attributes.Expression;
import io.atelier.sample.Attributes.Facing;
import io.atelier.sample.Attributes.Framing;
import io.atelier.sample.Attributes.Garment;
import io.atelier.sample.Attributes.Light;
import io.atelier.sample.Attributes.Place;
import io.atelier.sample.Person.BeardKind;
import io.atelier.sample.Person.EyeColour;
import io.atelier.sample.Person.HairColour;
import io.atelier.sample.Person.HairStyle;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The closed set of words that captions are made of; triggers come on top of it. */
public final class Vocabulary {
  private static final SortedSet<String> WORDS = words(new TreeSet<>());

  private Vocabulary() {}

  /**
   * All words, sorted; lower case, with the hyphens they are written with. Punctuation is comma and
   * full stop.
   */
  public static SortedSet<String> words() {
    return WORDS;
  }

  private static SortedSet<String> words(SortedSet<String> words) {
    for (List<String> phrases :
        List.of(
            Phrases.OPENINGS,
            Phrases.STUDIO_OPENINGS,
            Phrases.GRAY_OPENINGS,
            Phrases.GRAY_TAGS,
            Phrases.EXTRAS,
            Phrases.COLOUR_EXTRAS,
            Phrases.DEPTH,
            Phrases.GRAMMAR,
            Phrases.TURNED,
            Phrases.GLASSES,
            Phrases.ROUND_GLASSES,
            Phrases.SQUARE_GLASSES,
            Phrases.SUNGLASSES,
            Phrases.NO_GLASSES,
            List.of(Phrases.DENIM, Phrases.PLAIN))) {
      add(words, phrases);
    }
    for (Framing framing : Framing.values()) {
      add(words, Phrases.of(framing));
      add(words, Phrases.tags(framing));
    }
    for (Facing facing : Facing.values()) {
      add(words, Phrases.of(facing));
    }
    for (Expression expression : Expression.values()) {
      add(words, Phrases.of(expression));
      add(words, Phrases.tags(expression));
      add(words, List.of(Phrases.adjective(expression)));
    }
    for (Garment garment : Garment.values()) {
      add(words, Phrases.of(garment));
    }
    for (Colour colour : Colour.values()) {
      add(words, Phrases.of(colour));
    }
    for (Place place : Place.values()) {
      add(words, Phrases.of(place));
      add(words, Phrases.tags(place));
    }
    for (Light light : Light.values()) {
      add(words, Phrases.of(light));
    }
    person(words);
    words.removeAll(List.of("", "{c}", "{side}"));
    return Collections.unmodifiableSortedSet(words);
  }

  private static void person(SortedSet<String> words) {
    for (HairStyle style : HairStyle.values()) {
      add(words, Phrases.of(style));
    }
    for (HairColour colour : HairColour.values()) {
      add(words, Phrases.of(colour));
      add(words, Phrases.haired(colour));
    }
    for (EyeColour colour : EyeColour.values()) {
      add(words, Phrases.of(colour));
    }
    for (BeardKind kind : BeardKind.values()) {
      add(words, Phrases.of(kind));
      add(words, List.of(Phrases.adjective(kind)));
    }
  }

  private static void add(SortedSet<String> words, List<String> phrases) {
    for (String phrase : phrases) {
      words.addAll(List.of(phrase.split(" ")));
    }
  }
}
