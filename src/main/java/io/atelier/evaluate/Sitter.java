package io.atelier.evaluate;

import io.atelier.sample.Attributes;
import io.atelier.sample.Captions;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A person of the test split that an adapter is trained on: photos as a curator accepts them, with
 * captions and a word, and prompts for scenes that no training has seen. Neither says what the
 * person looks like.
 *
 * @param id the person's
 * @param word an invented one
 */
record Sitter(long id, String word) {
  private static final long WORLD = 5;
  private static final int PHOTOS = 12;
  private static final int LETTERS = 5;
  private static final String CONSONANTS = "bdfgjklmnpqrstvwxz";

  /** The {@code number}-th one. */
  static Sitter of(int number) {
    Random random = new Random(number);
    String word =
        random
            .ints(LETTERS, 0, CONSONANTS.length())
            .collect(
                StringBuilder::new,
                (text, letter) -> text.append(CONSONANTS.charAt(letter)),
                StringBuilder::append)
            .toString();
    return new Sitter(World.HELD_OUT_FROM + number, word);
  }

  /** Photos to train on. */
  List<Scene> photos() {
    return IntStream.range(0, PHOTOS).mapToObj(i -> portrait(id, i)).toList();
  }

  /** A photo of a person as a curator accepts it; the number decides where and how. */
  static Scene portrait(long id, int number) {
    Scene drawn = new World(WORLD, World.Split.TRAIN).sceneOf(id, seed(id, number));
    return World.sceneOf(id, drawn.attributes().asPortrait(), drawn.seed());
  }

  /** What a photo shows, in words. */
  String caption(Scene photo) {
    return Captions.ofShot(photo, word, photo.seed());
  }

  /** Scenes to ask for: not black and white, and without sunglasses. */
  List<Scene> wanted(int count) {
    World world = new World(WORLD, World.Split.TEST);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> world.sceneOf(id, seed(id, i)))
        .filter(Sitter::showsThePerson)
        .limit(count)
        .toList();
  }

  private static boolean showsThePerson(Scene scene) {
    return scene.attributes().film() == Attributes.Film.COLOUR
        && scene.attributes().eyewear() != Attributes.Eyewear.SUNGLASSES;
  }

  /** The prompt for a scene. */
  String prompt(Scene scene) {
    return Captions.ofShot(scene, word, scene.seed());
  }

  /** The same without the word. */
  String prompt(Scene scene, boolean named) {
    String noun = scene.person().classNoun();
    String prompt = prompt(scene);
    return named ? prompt : prompt.replace(word + " " + noun, "a " + noun);
  }

  private static long seed(long id, int number) {
    return 1000 * id + number;
  }
}
