package io.atelier.sample;

import io.atelier.sample.Attributes.Expression;
import io.atelier.sample.Attributes.Eyewear;
import io.atelier.sample.Attributes.Facing;
import io.atelier.sample.Attributes.Film;
import io.atelier.sample.Attributes.Framing;
import io.atelier.sample.Attributes.Garment;
import io.atelier.sample.Attributes.Light;
import io.atelier.sample.Attributes.Place;
import io.atelier.sample.Person.BeardKind;
import io.atelier.sample.Person.EyeColour;
import io.atelier.sample.Person.HairColour;
import io.atelier.sample.Person.HairStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads captions back: what each phrase claims of the scene. Written without a look at the tables
 * that captions are made from, so that the two check each other. What no claim accounts for has to
 * consist of words that say nothing.
 */
final class CaptionReader {
  private static final String HAIR = "(black|brown|blonde?|red|ginger|gr[ae]y)";
  private static final String COLOUR =
      "(black|charcoal|off-white|white|gr[ae]y|beige|cream|brown|red|orange|yellow|mustard|green"
          + "|teal|turquoise|navy blue|navy|dark blue|bright blue|blue|purple|violet|pink)";
  private static final Set<String> SILENT =
      Set.of(
          "a",
          "an",
          "and",
          "with",
          "wearing",
          "in",
          "dressed",
          "is",
          "he",
          "she",
          "they",
          "are",
          "photo",
          "portrait",
          "picture",
          "photograph",
          "of",
          "editorial",
          "candid",
          "square",
          "standing",
          "from",
          "the");

  private record Claim(Pattern pattern, BiPredicate<Scene, MatchResult> holds) {}

  private final List<Claim> claims = new ArrayList<>();

  CaptionReader() {
    silentTags();
    clothes();
    head();
    places();
    lights();
    shots();
  }

  /** What is wrong with a caption; empty if it is true and fully understood. */
  List<String> faults(Scene scene, String caption) {
    List<String> faults = new ArrayList<>();
    String rest = caption;
    for (Claim claim : claims) {
      Matcher matcher = claim.pattern.matcher(rest);
      while (matcher.find()) {
        if (!claim.holds.test(scene, matcher.toMatchResult())) {
          faults.add("untrue: " + matcher.group());
        }
      }
      rest = claim.pattern.matcher(rest).replaceAll("|");
    }
    for (String word : rest.split("[ ,.|]+")) {
      if (!word.isEmpty() && !SILENT.contains(word)) {
        faults.add("not understood: " + word);
      }
    }
    return faults;
  }

  private void claim(String regex, BiPredicate<Scene, MatchResult> holds) {
    claims.add(new Claim(Pattern.compile("(?<![\\w-])(?:" + regex + ")(?![\\w-])"), holds));
  }

  private void silentTags() {
    claim(
        "sharp focus( on the eyes)?|sharp( throughout)?|crisp|natural skin texture"
            + "|(magazine |documentary )photography"
            + "|(35|50|85)mm lens( at f/[24])?|clean composition|cent(er|re)ed|centred"
            + "|high quality|photographed on medium format|for a company website|for a magazine",
        (scene, match) -> true);
    claim(
        "natural colou?rs|cinematic colou?r|gentle film colou?rs",
        (scene, match) -> scene.attributes().film() == Film.COLOUR);
    claim(
        "(blurred|(creamy )?out-of-focus) background|shallow depth of field",
        (scene, match) -> scene.attributes().place() != Place.PLAIN);
  }

  private void clothes() {
    claim(
        "over a (plain )?white shirt",
        (scene, match) -> scene.attributes().garment() == Garment.SUIT);
    claim(
        "over a white t-shirt",
        (scene, match) ->
            scene.attributes().garment() == Garment.JACKET
                && scene.attributes().clothing() != Colour.WHITE);
    garment(Garment.TURTLENECK, "turtleneck( sweater)?");
    garment(Garment.SWEATER, "(knitted |patterned |wool )?sweater|pullover");
    garment(Garment.HOODIE, "hoodie|hooded sweatshirt");
    garment(Garment.SUIT, "suit jacket|(tailored )?(suit|blazer)");
    garment(Garment.JACKET, "(open |casual |denim )?jacket");
    garment(Garment.T_SHIRT, "(plain )?t-shirt");
    garment(Garment.SHIRT, "(collared |button-up |linen )?shirt");
    garment(Garment.DRESS, "(sleeveless )?dress");
    claim(COLOUR + " clothes", (scene, match) -> colour(match.group(1)) == clothing(scene));
    claim(
        "smart casual clothes in " + COLOUR,
        (scene, match) -> colour(match.group(1)) == clothing(scene));
  }

  private void garment(Garment garment, String noun) {
    claim(
        "(?:" + COLOUR + " )?(?:" + noun + ")",
        (scene, match) ->
            scene.attributes().garment() == garment
                && (match.group(1) == null || colour(match.group(1)) == clothing(scene))
                && (!match.group().contains("denim")
                    || Set.of(Colour.BLUE, Colour.NAVY).contains(scene.attributes().clothing())));
  }

  /** The colour of the clothes where the picture shows one. */
  private static Colour clothing(Scene scene) {
    return scene.attributes().film() == Film.COLOUR ? scene.attributes().clothing() : null;
  }

  private void head() {
    claim("(dark |black )?sunglasses", eyewear(Eyewear.SUNGLASSES));
    claim("(no|without) glasses", eyewear(Eyewear.NONE));
    claim(
        "(?:a pair of )?(?:(round|square|rectangular) )?glasses",
        (scene, match) ->
            scene.attributes().eyewear() == Eyewear.GLASSES
                && (match.group(1) == null
                    || match.group(1).equals("round") == scene.person().glasses().round()));
    hair(HairStyle.BUZZ, "C?buzz cut|(closely )?cropped C?hair");
    hair(HairStyle.PARTED, "side-parted C?hair|C?hair parted at the side");
    hair(HairStyle.CURLY, "C?curly hair|curly C?hair|C?curls");
    hair(HairStyle.AFRO, "C?afro( hair)?");
    hair(HairStyle.BOB, "C?hair cut in a bob|chin-length C?hair|C?bob");
    hair(HairStyle.LONG_STRAIGHT, "(long straight|straight long) C?hair");
    hair(HairStyle.LONG_WAVY, "(long wavy|wavy long|wavy) C?hair");
    hair(HairStyle.BUN, "C?hair (tied up )?in a bun|C?bun");
    hair(HairStyle.PONYTAIL, "C?hair in a ponytail|C?ponytail");
    hair(HairStyle.SHORT, "C?short hair|short C?hair");
    hair(HairStyle.BALD, "bald head|shaved head|bald");
    claim(HAIR + "(?: hair|-haired)", CaptionReader::hairColour);
    claim("(blonde?)", CaptionReader::hairColour);
    beard(BeardKind.NONE, "no beard|clean-shaven");
    beard(BeardKind.STUBBLE, "(light )?stubble");
    beard(BeardKind.MOUSTACHE, "moustache|mustache");
    beard(BeardKind.GOATEE, "goatee");
    beard(BeardKind.FULL, "(full )?beard|bearded");
    claim("freckles|freckled", (scene, match) -> scene.person().freckled());
    claim(
        "(brown|blue|green) eyes",
        (scene, match) ->
            scene.attributes().film() == Film.COLOUR
                && scene.attributes().eyewear() != Eyewear.SUNGLASSES
                && scene.person().eyes().colour()
                    == EyeColour.valueOf(match.group(1).toUpperCase(Locale.ROOT)));
    claim(
        "(?:\\w+ )?(woman|man)",
        (scene, match) -> scene.person().classNoun().equals(match.group(1)));
    claim("person", (scene, match) -> true);
    expression(Expression.CALM, "(calm|neutral|relaxed|thoughtful|confident) expression|calm");
    expression(Expression.SMILING, "smiling|(friendly )?smile");
    expression(Expression.LAUGHING, "laughing( out loud)?|(open )?laugh");
    expression(Expression.SURPRISED, "looking surprised|surprised( expression| look)?");
  }

  private static BiPredicate<Scene, MatchResult> eyewear(Eyewear eyewear) {
    return (scene, match) -> scene.attributes().eyewear() == eyewear;
  }

  /** In the expression C stands for the colour. */
  private void hair(HairStyle style, String regex) {
    for (String one : regex.split("\\|(?![^(]*\\))")) {
      boolean coloured = one.contains("C?");
      String before = coloured ? one.substring(0, one.indexOf("C?")) : one;
      int group = 1 + (int) before.chars().filter(c -> c == '(').count();
      claim(
          one.replace("C?", "(?:" + HAIR + " )?"),
          (scene, match) ->
              scene.person().hair().style() == style
                  && (!coloured
                      || match.group(group) == null
                      || hairColour(scene, match.group(group))));
    }
  }

  private static boolean hairColour(Scene scene, MatchResult match) {
    return hairColour(scene, match.group(1));
  }

  private static boolean hairColour(Scene scene, String word) {
    HairColour colour =
        switch (word) {
          case "black" -> HairColour.BLACK;
          case "brown" -> HairColour.BROWN;
          case "red", "ginger" -> HairColour.RED;
          case "gray", "grey" -> HairColour.GRAY;
          default -> HairColour.BLOND;
        };
    boolean hair = scene.person().hair().style() != HairStyle.BALD;
    return hair
        && scene.attributes().film() == Film.COLOUR
        && scene.person().hair().colour() == colour;
  }

  private void beard(BeardKind kind, String regex) {
    claim(regex, (scene, match) -> scene.person().beard().kind() == kind);
  }

  private void expression(Expression expression, String regex) {
    claim(regex, (scene, match) -> scene.attributes().expression() == expression);
  }

  private void places() {
    place(
        "(?:in the city|in a city|on a city street|(?:in front of )?city lights|city"
            + "|(?:in front of )?neon signs) at night",
        Place.NIGHT_CITY);
    place(
        "on a beach at (?:sunset|dusk)|(?:at|by) the sea at (?:sunset|dusk)|beach at sunset"
            + "|sunset over the sea|pink sky at dusk",
        Place.SUNSET);
    place(
        "on a beach under a blue sky|on a (?:sunny )?beach|at the beach|sunny beach"
            + "|blue sky and sea behind",
        Place.BEACH);
    place(
        "in a park in autumn|in an autumn park|under orange autumn leaves|among autumn trees"
            + "|autumn park|orange leaves behind",
        Place.AUTUMN_PARK);
    place(
        "in a (?:green )?park in summer|outdoors in a park|in a (?:green )?park|green park"
            + "|trees and grass behind",
        Place.PARK);
    place(
        "in a forest|in the woods|on a forest path|among tall (?:beech )?trees"
            + "|forest (?:background|path)",
        Place.FOREST);
    place(
        "in the mountains|by a mountain lake|in front of snow-covered mountains"
            + "|at the shore of a (?:clear )?mountain lake|mountain lake"
            + "|snow-covered peaks behind",
        Place.MOUNTAINS);
    place(
        "(?:on|walking along) a city street|in the city by day|on a street|in a quiet street"
            + "|city street|street with buildings|facades behind",
        Place.STREET);
    place(
        "in an? (?:bright |modern )?office|at the office|office background|modern office",
        Place.OFFICE);
    place(
        "in an? (?:old )?library|in front of bookshelves|in front of a wall of books"
            + "|library background|bookshelves behind",
        Place.LIBRARY);
    place("at a table in a cafe|in a (?:small |cozy )?cafe|cafe background|small cafe", Place.CAFE);
    place("studio (?:portrait|photo) of", Place.STUDIO, Place.PLAIN);
    place(
        "in a (?:photo |dark )?studio|in front of a dark studio backdrop"
            + "|(?:dark )?studio background|photo studio",
        Place.STUDIO);
    claim(
        "(?:against|in front of|on|with)? ?(?:an? )?(?:plain |solid |simple |saturated )?"
            + "(?:"
            + COLOUR
            + " )?(?:paper |seamless )?(?:background|backdrop)",
        (scene, match) ->
            scene.attributes().place() == Place.PLAIN
                && (match.group(1) == null
                    ? scene.attributes().film() == Film.BLACK_AND_WHITE
                    : scene.attributes().film() == Film.COLOUR
                        && colour(match.group(1)) == scene.attributes().backdrop()));
  }

  private void place(String regex, Place... places) {
    claim(regex, (scene, match) -> Arrays.asList(places).contains(scene.attributes().place()));
  }

  private void lights() {
    String from = "(?: from the (left|right))?";
    light(
        Light.SOFT,
        "(?:soft even|soft diffuse|even soft|soft key|soft window|soft|gentle) light" + from);
    light(Light.SOFT, "large softbox" + from);
    light(Light.HARD, "(?:single hard|hard|dramatic|low-key) light" + from);
    light(Light.HARD, "(deep shadows)");
    light(Light.WARM, "(?:warm key|warm evening|warm|golden) light" + from);
    light(Light.WARM, "(low sun)");
    light(Light.COOL, "(?:cold winter|cool|cold) light" + from);
    light(Light.COOL, "(cool twilight)");
    claim(
        "natural light",
        (scene, match) ->
            scene.attributes().film() == Film.BLACK_AND_WHITE
                || scene.attributes().light() == Light.SOFT);
  }

  private void light(Light light, String regex) {
    claim(
        regex,
        (scene, match) ->
            scene.attributes().light() == light
                && (!"left".equals(match.group(1)) || scene.shot().lamp().side() < 0)
                && (!"right".equals(match.group(1)) || scene.shot().lamp().side() > 0)
                && (scene.attributes().film() == Film.COLOUR
                    || light == Light.SOFT
                    || light == Light.HARD));
  }

  private void shots() {
    facing("(?:looking at|facing) the camera|facing forward", Facing.CAMERA);
    facing("(?:looking|turned) to the left|facing left", Facing.LEFT);
    facing("(?:looking|turned) to the right|facing right", Facing.RIGHT);
    facing("in three-quarter (?:profile|view)", Facing.LEFT, Facing.RIGHT);
    framing(Framing.CLOSE_UP, "close-up");
    framing(
        Framing.HEAD_AND_SHOULDERS,
        "head-and-shoulders|(?:professional )?headshot|head and shoulders|from the chest up");
    framing(Framing.HALF_LENGTH, "half-length|from the waist up");
    claim(
        "(black and white|monochrome)(?: photography)?",
        (scene, match) -> scene.attributes().film() == Film.BLACK_AND_WHITE);
    claim("photography", (scene, match) -> true);
  }

  private void facing(String regex, Facing... facings) {
    claim(regex, (scene, match) -> Arrays.asList(facings).contains(scene.attributes().facing()));
  }

  private void framing(Framing framing, String regex) {
    claim(regex, (scene, match) -> scene.attributes().framing() == framing);
  }

  private static Colour colour(String word) {
    return switch (word) {
      case "charcoal" -> Colour.BLACK;
      case "off-white" -> Colour.WHITE;
      case "grey" -> Colour.GRAY;
      case "cream" -> Colour.BEIGE;
      case "mustard" -> Colour.YELLOW;
      case "turquoise" -> Colour.TEAL;
      case "navy blue", "dark blue" -> Colour.NAVY;
      case "bright blue" -> Colour.BLUE;
      case "violet" -> Colour.PURPLE;
      default -> Colour.valueOf(word.toUpperCase(Locale.ROOT));
    };
  }
}
