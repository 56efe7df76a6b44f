package io.atelier.sample;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What a caption can tell about a scene, as classes: text encoders are trained to know it, and
 * probes on pictures are asked for it.
 *
 * @param name of the question
 * @param classes how many answers there are
 * @param answer number of the right one
 * @param visible whether a picture of the scene shows it; a black and white one shows no colours
 */
public record Labels(
    String name, int classes, ToIntFunction<Scene> answer, Predicate<Scene> visible) {
  private static final Predicate<Scene> ALWAYS = scene -> true;
  private static final Predicate<Scene> IN_COLOUR =
      scene -> scene.attributes().film() == Attributes.Film.COLOUR;
  private static final Predicate<Scene> HAIRY =
      scene -> scene.person().hair().style() != Person.HairStyle.BALD;
  private static final Predicate<Scene> PLAIN =
      scene -> scene.attributes().place() == Attributes.Place.PLAIN;
  private static final Predicate<Scene> EYES_SEEN =
      scene -> scene.attributes().eyewear() != Attributes.Eyewear.SUNGLASSES;

  static final Labels PLACE = shown("place", Attributes.Place.values(), Attributes::place, ALWAYS);
  static final Labels CLOTHING =
      shown("clothing", Colour.values(), Attributes::clothing, IN_COLOUR);
  static final Labels HAIR_COLOUR =
      person(
          "hair colour", Person.HairColour.values(), p -> p.hair().colour(), HAIRY.and(IN_COLOUR));
  static final Labels EYEWEAR =
      shown("eyewear", Attributes.Eyewear.values(), Attributes::eyewear, ALWAYS);

  /** Every question. */
  public static final List<Labels> ALL =
      List.of(
          new Labels("noun", 2, s -> s.person().presentation() < 0.5 ? 0 : 1, ALWAYS),
          shown("framing", Attributes.Framing.values(), Attributes::framing, ALWAYS),
          shown("facing", Attributes.Facing.values(), Attributes::facing, ALWAYS),
          shown("expression", Attributes.Expression.values(), Attributes::expression, ALWAYS),
          shown("garment", Attributes.Garment.values(), Attributes::garment, ALWAYS),
          CLOTHING,
          EYEWEAR,
          PLACE,
          shown("backdrop", Colour.values(), Attributes::backdrop, IN_COLOUR.and(PLAIN)),
          shown("light", Attributes.Light.values(), Attributes::light, ALWAYS),
          shown("film", Attributes.Film.values(), Attributes::film, ALWAYS),
          person("hair style", Person.HairStyle.values(), p -> p.hair().style(), ALWAYS),
          HAIR_COLOUR,
          person(
              "eye colour",
              Person.EyeColour.values(),
              p -> p.eyes().colour(),
              EYES_SEEN.and(IN_COLOUR)),
          person("beard", Person.BeardKind.values(), p -> p.beard().kind(), ALWAYS),
          new Labels("freckles", 2, s -> s.person().freckled() ? 1 : 0, ALWAYS));

  /** The questions by which it is measured whether a picture follows its prompt. */
  public static final List<Labels> PROBES = List.of(PLACE, CLOTHING, HAIR_COLOUR, EYEWEAR);

  private static Labels shown(
      String name,
      Enum<?>[] values,
      Function<Attributes, Enum<?>> attribute,
      Predicate<Scene> visible) {
    return new Labels(
        name, values.length, scene -> attribute.apply(scene.attributes()).ordinal(), visible);
  }

  private static Labels person(
      String name, Enum<?>[] values, Function<Person, Enum<?>> feature, Predicate<Scene> visible) {
    return new Labels(
        name, values.length, scene -> feature.apply(scene.person()).ordinal(), visible);
  }

  /** Number of the right answer. */
  public int of(Scene scene) {
    return answer.applyAsInt(scene);
  }

  /** All classes of all questions. */
  public static int allClasses() {
    return ALL.stream().mapToInt(Labels::classes).sum();
  }
}
