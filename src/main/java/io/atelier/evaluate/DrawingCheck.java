package io.atelier.evaluate;

import io.atelier.image.Rgb;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How well the portrait network does where the truth is known: on drawings of people and scenes
 * that it was not trained on.
 *
 * @param rank1 share of drawings that are recognised among 51 people known by {@code known}
 *     drawings each
 * @param right share of right answers by the name of the question, where the drawing shows it
 */
public record DrawingCheck(int known, double rank1, Map<String, Double> right) {
  /** How many others a person is to be told from. */
  public static final int OTHERS = 50;

  private static final int SIDE = 96;
  private static final long WORLD = 3;

  /**
   * Draws and measures.
   *
   * @param people at least 51
   * @param known drawings by which each is known
   * @param asked further drawings of each, which are judged
   */
  public static DrawingCheck of(PortraitModel model, int people, int known, int asked) {
    World world = new World(WORLD, World.Split.TEST);
    Gallery gallery = new Gallery();
    List<List<Scene>> scenes = new ArrayList<>();
    List<List<PortraitModel.Portrait>> seen = new ArrayList<>();
    for (int person = 0; person < people; person++) {
      long id = World.HELD_OUT_FROM + person;
      List<Scene> drawn =
          IntStream.range(0, known + asked)
              .mapToObj(i -> world.sceneOf(id, 1000 * id + i))
              .toList();
      List<PortraitModel.Portrait> portraits =
          model.look(drawn.stream().map(DrawingCheck::picture).toList());
      gallery.add(portraits.subList(0, known));
      scenes.add(drawn.subList(known, drawn.size()));
      seen.add(portraits.subList(known, portraits.size()));
    }
    return new DrawingCheck(known, rank1(gallery, seen), right(scenes, seen));
  }

  /** A scene as the network looks at it. */
  static Rgb picture(Scene scene) {
    return new Rgb(scene.rgb(SIDE), SIDE, SIDE);
  }

  /** {@value #OTHERS} numbers below {@code people} other than {@code person}, drawn from it. */
  static List<Integer> others(int person, int people) {
    List<Integer> others = new ArrayList<>(IntStream.range(0, people).boxed().toList());
    others.remove(person);
    Collections.shuffle(others, new Random(person));
    return others.subList(0, OTHERS);
  }

  private static double rank1(Gallery gallery, List<List<PortraitModel.Portrait>> seen) {
    Share recognised = new Share();
    for (int person = 0; person < seen.size(); person++) {
      List<Integer> others = others(person, gallery.size());
      for (PortraitModel.Portrait picture : seen.get(person)) {
        recognised.add(gallery.rank(picture, person, others) == 0);
      }
    }
    return recognised.value();
  }

  private static Map<String, Double> right(
      List<List<Scene>> scenes, List<List<PortraitModel.Portrait>> seen) {
    Map<String, Double> right = new LinkedHashMap<>();
    for (Labels probe : Labels.PROBES) {
      Share share = new Share();
      for (int person = 0; person < seen.size(); person++) {
        for (int i = 0; i < seen.get(person).size(); i++) {
          Scene scene = scenes.get(person).get(i);
          if (probe.visible().test(scene)) {
            share.add(seen.get(person).get(i).answers(probe, probe.of(scene)));
          }
        }
      }
      right.put(probe.name(), share.value());
    }
    return right;
  }
}
