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
import java.util.List;

/**
 * How the world is put into words: for every value of every attribute all phrases that may stand
 * for it. {@code {c}} is a colour, {@code {side}} a direction. A phrase never holds for another
 * value of the same attribute.
 */
final class Phrases {
  /** Ways to begin that say nothing about the picture. */
  static final List<String> OPENINGS =
      List.of(
          "a photo of",
          "a photo of",
          "a portrait of",
          "a portrait of",
          "portrait of",
          "photo of",
          "a picture of",
          "an editorial portrait of",
          "a candid photo of",
          "a square portrait of",
          "a photograph of",
          "a portrait photo of");

  /** Of use where the place is a studio or a plain backdrop. */
  static final List<String> STUDIO_OPENINGS =
      List.of("a studio portrait of", "studio portrait of", "a studio photo of");

  static final List<String> GRAY_OPENINGS =
      List.of(
          "a black and white portrait of",
          "a black and white photo of",
          "a monochrome portrait of");

  static final List<String> GRAY_TAGS =
      List.of("black and white", "monochrome", "black and white photography");

  /** Tags that are true of every picture. */
  static final List<String> EXTRAS =
      List.of(
          "sharp focus",
          "sharp focus on the eyes",
          "sharp",
          "crisp",
          "natural skin texture",
          "photography",
          "magazine photography",
          "documentary photography",
          "35mm lens",
          "50mm lens",
          "85mm lens",
          "85mm lens at f/2",
          "85mm lens at f/4",
          "sharp throughout",
          "clean composition",
          "centered",
          "centred",
          "high quality",
          "photographed on medium format",
          "for a company website",
          "for a magazine");

  /** Tags that are true of every picture in colour. */
  static final List<String> COLOUR_EXTRAS =
      List.of(
          "natural colors",
          "natural colours",
          "cinematic color",
          "cinematic colour",
          "gentle film colors");

  /** Tags that are true wherever something can be seen behind the person. */
  static final List<String> DEPTH =
      List.of(
          "blurred background",
          "shallow depth of field",
          "out-of-focus background",
          "creamy out-of-focus background");

  /** Words between the phrases. */
  static final List<String> GRAMMAR =
      List.of(
          "a",
          "an",
          "and",
          "with",
          "wearing",
          "in",
          "dressed in",
          "is",
          "he",
          "she",
          "they",
          "are",
          "man",
          "woman",
          "person",
          "bald",
          "freckles",
          "freckled",
          "hair",
          "left",
          "right",
          "over a plain white t-shirt",
          "natural light",
          "standing",
          "clothes",
          "smart casual clothes in");

  private Phrases() {}

  static List<String> of(Framing framing) {
    return switch (framing) {
      case CLOSE_UP ->
          List.of("a close-up of", "a close-up portrait of", "close-up of", "close-up portrait of");
      case HEAD_AND_SHOULDERS ->
          List.of(
              "a head-and-shoulders portrait of",
              "a headshot of",
              "a professional headshot of",
              "headshot of");
      case HALF_LENGTH ->
          List.of("a half-length portrait of", "a half-length photo of", "half-length portrait of");
    };
  }

  static List<String> tags(Framing framing) {
    return switch (framing) {
      case CLOSE_UP -> List.of("close-up");
      case HEAD_AND_SHOULDERS -> List.of("head and shoulders", "from the chest up");
      case HALF_LENGTH -> List.of("half-length", "from the waist up");
    };
  }

  static List<String> of(HairStyle style) {
    return switch (style) {
      case BALD -> List.of("a bald head", "a shaved head");
      case BUZZ -> List.of("a {c} buzz cut", "cropped {c} hair", "closely cropped {c} hair");
      case SHORT -> List.of("short {c} hair", "{c} short hair");
      case PARTED -> List.of("side-parted {c} hair", "{c} hair parted at the side");
      case CURLY -> List.of("curly {c} hair", "{c} curls", "{c} curly hair");
      case AFRO -> List.of("a {c} afro", "{c} afro hair");
      case BOB -> List.of("a {c} bob", "chin-length {c} hair", "{c} hair cut in a bob");
      case LONG_STRAIGHT -> List.of("long straight {c} hair", "straight long {c} hair");
      case LONG_WAVY -> List.of("long wavy {c} hair", "wavy long {c} hair", "wavy {c} hair");
      case BUN -> List.of("{c} hair in a bun", "a {c} bun", "{c} hair tied up in a bun");
      case PONYTAIL -> List.of("{c} hair in a ponytail", "a {c} ponytail");
    };
  }

  static List<String> of(HairColour colour) {
    return switch (colour) {
      case BLACK -> List.of("black");
      case BROWN -> List.of("brown");
      case BLOND -> List.of("blond", "blonde");
      case RED -> List.of("red", "ginger");
      case GRAY -> List.of("gray", "grey");
    };
  }

  /** The colour of the hair as an adjective of the person. */
  static List<String> haired(HairColour colour) {
    return switch (colour) {
      case BLACK -> List.of("black-haired");
      case BROWN -> List.of("brown-haired");
      case BLOND -> List.of("blond", "blonde");
      case RED -> List.of("red-haired");
      case GRAY -> List.of("gray-haired", "grey-haired");
    };
  }

  static List<String> of(EyeColour colour) {
    return switch (colour) {
      case BROWN -> List.of("brown eyes");
      case BLUE -> List.of("blue eyes");
      case GREEN -> List.of("green eyes");
    };
  }

  static List<String> of(BeardKind kind) {
    return switch (kind) {
      case NONE -> List.of("no beard");
      case STUBBLE -> List.of("stubble", "light stubble");
      case MOUSTACHE -> List.of("a moustache", "a mustache");
      case GOATEE -> List.of("a goatee");
      case FULL -> List.of("a beard", "a full beard");
    };
  }

  /** The beard as an adjective of a man, or nothing. */
  static String adjective(BeardKind kind) {
    return switch (kind) {
      case NONE -> "clean-shaven";
      case FULL -> "bearded";
      case STUBBLE, MOUSTACHE, GOATEE -> "";
    };
  }

  static List<String> of(Expression expression) {
    return switch (expression) {
      case CALM ->
          List.of(
              "with a calm expression",
              "with a neutral expression",
              "with a relaxed expression",
              "with a thoughtful expression",
              "with a confident expression");
      case SMILING -> List.of("smiling", "with a smile", "with a friendly smile");
      case LAUGHING ->
          List.of("laughing", "with a laugh", "laughing out loud", "with an open laugh");
      case SURPRISED ->
          List.of("with a surprised expression", "with a surprised look", "looking surprised");
    };
  }

  static List<String> tags(Expression expression) {
    return switch (expression) {
      case CALM ->
          List.of(
              "calm",
              "calm expression",
              "relaxed expression",
              "neutral expression",
              "thoughtful expression",
              "confident expression");
      case SMILING -> List.of("smiling", "friendly smile", "smile");
      case LAUGHING -> List.of("laughing", "open laugh");
      case SURPRISED -> List.of("surprised", "surprised expression");
    };
  }

  /** The expression as one word before the noun. */
  static String adjective(Expression expression) {
    return switch (expression) {
      case CALM -> "calm";
      case SMILING -> "smiling";
      case LAUGHING -> "laughing";
      case SURPRISED -> "surprised";
    };
  }

  static List<String> of(Facing facing) {
    return switch (facing) {
      case CAMERA -> List.of("looking at the camera", "facing the camera", "facing forward");
      case LEFT -> List.of("looking to the left", "turned to the left", "facing left");
      case RIGHT -> List.of("looking to the right", "turned to the right", "facing right");
    };
  }

  /** Holds for a face that is turned to either side. */
  static final List<String> TURNED = List.of("in three-quarter profile", "in three-quarter view");

  static List<String> of(Garment garment) {
    return switch (garment) {
      case T_SHIRT -> List.of("t-shirt", "plain t-shirt");
      case SHIRT -> List.of("shirt", "collared shirt", "button-up shirt", "linen shirt");
      case SUIT -> List.of("suit", "blazer", "tailored suit", "tailored blazer", "suit jacket");
      case SWEATER ->
          List.of("sweater", "knitted sweater", "patterned sweater", "wool sweater", "pullover");
      case TURTLENECK -> List.of("turtleneck", "turtleneck sweater");
      case HOODIE -> List.of("hoodie", "hooded sweatshirt");
      case DRESS -> List.of("dress", "sleeveless dress");
      case JACKET -> List.of("jacket", "open jacket", "casual jacket");
    };
  }

  /** Jackets of blue cloth. */
  static final String DENIM = "denim jacket";

  static List<String> of(Colour colour) {
    return switch (colour) {
      case BLACK -> List.of("black", "black", "charcoal");
      case WHITE -> List.of("white", "off-white");
      case GRAY -> List.of("gray", "grey");
      case BEIGE -> List.of("beige", "beige", "cream");
      case BROWN -> List.of("brown");
      case RED -> List.of("red");
      case ORANGE -> List.of("orange");
      case YELLOW -> List.of("yellow", "yellow", "mustard");
      case GREEN -> List.of("green");
      case TEAL -> List.of("teal", "turquoise");
      case BLUE -> List.of("blue", "bright blue");
      case NAVY -> List.of("navy", "navy blue", "dark blue");
      case PURPLE -> List.of("purple", "violet");
      case PINK -> List.of("pink");
    };
  }

  static List<String> of(Place place) {
    return switch (place) {
      case PLAIN ->
          List.of(
              "against a plain {c} background",
              "in front of a {c} backdrop",
              "on a {c} background",
              "in front of a plain {c} backdrop",
              "in front of a {c} paper backdrop",
              "in front of a saturated {c} backdrop",
              "with a {c} background");
      case STUDIO ->
          List.of(
              "in a photo studio",
              "in a studio",
              "in front of a dark studio backdrop",
              "in a dark studio");
      case OFFICE ->
          List.of("in an office", "in a bright office", "at the office", "in a modern office");
      case LIBRARY ->
          List.of(
              "in a library",
              "in front of bookshelves",
              "in front of a wall of books",
              "in an old library");
      case CAFE ->
          List.of("in a cafe", "in a small cafe", "in a cozy cafe", "at a table in a cafe");
      case PARK ->
          List.of("in a park", "in a green park", "in a park in summer", "outdoors in a park");
      case AUTUMN_PARK ->
          List.of(
              "in a park in autumn",
              "in an autumn park",
              "under orange autumn leaves",
              "among autumn trees");
      case FOREST ->
          List.of(
              "in a forest",
              "in the woods",
              "on a forest path",
              "among tall trees",
              "among tall beech trees");
      case BEACH ->
          List.of("on a beach", "at the beach", "on a sunny beach", "on a beach under a blue sky");
      case SUNSET ->
          List.of(
              "on a beach at sunset",
              "on a beach at dusk",
              "at the sea at sunset",
              "by the sea at dusk");
      case MOUNTAINS ->
          List.of(
              "in the mountains",
              "by a mountain lake",
              "in front of snow-covered mountains",
              "at the shore of a mountain lake",
              "at the shore of a clear mountain lake");
      case STREET ->
          List.of(
              "on a city street",
              "walking along a city street",
              "in the city by day",
              "on a street",
              "in a quiet street");
      case NIGHT_CITY ->
          List.of(
              "in a city at night",
              "in the city at night",
              "on a city street at night",
              "in front of city lights at night",
              "in front of neon signs at night");
    };
  }

  /** A plain backdrop in a picture without colours. */
  static final String PLAIN = "against a plain background";

  static List<String> tags(Place place) {
    return switch (place) {
      case PLAIN ->
          List.of(
              "plain {c} background",
              "{c} backdrop",
              "{c} seamless background",
              "{c} background",
              "solid {c} background",
              "simple {c} background");
      case STUDIO -> List.of("dark studio background", "studio background", "photo studio");
      case OFFICE -> List.of("office background", "modern office");
      case LIBRARY -> List.of("library background", "bookshelves behind");
      case CAFE -> List.of("cafe background", "small cafe");
      case PARK -> List.of("green park", "trees and grass behind");
      case AUTUMN_PARK -> List.of("autumn park", "orange leaves behind");
      case FOREST -> List.of("forest background", "forest path");
      case BEACH -> List.of("sunny beach", "blue sky and sea behind");
      case SUNSET -> List.of("beach at sunset", "sunset over the sea", "pink sky at dusk");
      case MOUNTAINS -> List.of("mountain lake", "snow-covered peaks behind");
      case STREET -> List.of("city street", "street with buildings", "facades behind");
      case NIGHT_CITY -> List.of("city at night", "city lights at night", "neon signs at night");
    };
  }

  static List<String> of(Light light) {
    return switch (light) {
      case SOFT ->
          List.of(
              "soft light",
              "soft even light",
              "soft diffuse light",
              "even soft light",
              "natural light",
              "gentle light");
      case HARD ->
          List.of(
              "hard light",
              "hard light from the {side}",
              "dramatic light",
              "dramatic light from the {side}",
              "deep shadows",
              "single hard light");
      case WARM ->
          List.of(
              "warm light",
              "warm light from the {side}",
              "warm key light from the {side}",
              "golden light",
              "warm evening light");
      case COOL ->
          List.of(
              "cool light",
              "cool light from the {side}",
              "cold light",
              "cold winter light",
              "cool twilight");
    };
  }

  static final List<String> GLASSES = List.of("glasses", "a pair of glasses");
  static final List<String> ROUND_GLASSES = List.of("round glasses", "a pair of round glasses");
  static final List<String> SQUARE_GLASSES = List.of("square glasses", "rectangular glasses");
  static final List<String> SUNGLASSES =
      List.of("sunglasses", "dark sunglasses", "black sunglasses");
  static final List<String> NO_GLASSES = List.of("without glasses", "no glasses");
}
