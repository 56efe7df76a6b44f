package io.atelier.pretrain;

import io.atelier.sample.Attributes;
import io.atelier.sample.Colour;
import io.atelier.sample.Person;
import io.atelier.sample.Scene;
import java.util.List;
import java.util.function.Function;

/**
 * What a caption can tell about a scene, as classes: the text encoders are trained to know it, and
 * probes on pictures are asked for it.
 *
 * @param name of the question
 * @param classes how many answers there are
 * @param of the number of the right answer
 */
record Labels(String name, int classes, Function<Scene, Integer> of) {
  static final List<Labels> ALL =
      List.of(
          of("noun", 2, s -> s.person().presentation() < 0.5 ? 0 : 1),
          shown("framing", Attributes.Framing.values(), Attributes::framing),
          shown("facing", Attributes.Facing.values(), Attributes::facing),
          shown("expression", Attributes.Expression.values(), Attributes::expression),
          shown("garment", Attributes.Garment.values(), Attributes::garment),
          shown("clothing", Colour.values(), Attributes::clothing),
          shown("eyewear", Attributes.Eyewear.values(), Attributes::eyewear),
          shown("place", Attributes.Place.values(), Attributes::place),
          shown("backdrop", Colour.values(), Attributes::backdrop),
          shown("light", Attributes.Light.values(), Attributes::light),
          shown("film", Attributes.Film.values(), Attributes::film),
          person("hair style", Person.HairStyle.values(), p -> p.hair().style()),
          person("hair colour", Person.HairColour.values(), p -> p.hair().colour()),
          person("eye colour", Person.EyeColour.values(), p -> p.eyes().colour()),
          person("beard", Person.BeardKind.values(), p -> p.beard().kind()),
          of("freckles", 2, s -> s.person().freckled() ? 1 : 0));

  private static Labels of(String name, int classes, Function<Scene, Integer> of) {
    return new Labels(name, classes, of);
  }

  private static Labels shown(
      String name, Enum<?>[] values, Function<Attributes, Enum<?>> attribute) {
    return of(name, values.length, scene -> attribute.apply(scene.attributes()).ordinal());
  }

  private static Labels person(String name, Enum<?>[] values, Function<Person, Enum<?>> feature) {
    return of(name, values.length, scene -> feature.apply(scene.person()).ordinal());
  }

  /** All classes of all questions. */
  static int allClasses() {
    return ALL.stream().mapToInt(Labels::classes).sum();
  }
}
