package io.atelier.sample;

import io.atelier.image.Face;
import io.atelier.image.FaceDetector;
import io.atelier.image.Rgb;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * In what share of drawn pictures the embedded Haar cascade finds one clear face. As a program it
 * prints the rates: of portraits, of all that the world draws, and of small pictures enlarged.
 */
public final class FaceRate {
  private FaceRate() {}

  /** Prints the rates; the one argument is the number of pictures, 500 if there is none. */
  public static void main(String[] args) {
    int count = args.length == 0 ? 500 : Integer.parseInt(args[0]);
    System.out.printf("frontal portraits at 512: %.3f%n", portraits(count, 512));
    for (int side : new int[] {64, 96, 128}) {
      System.out.printf("the same at %d, enlarged to 512: %.3f%n", side, enlarged(count, side));
    }
    World world = new World(1, World.Split.TEST);
    System.out.printf(
        "everything the world draws, at 512: %.3f%n",
        rate(count, index -> picture(world.scene(index), 512)));
  }

  /** Of portraits as a curator accepts them. */
  static double portraits(int count, int side) {
    return rate(count, index -> picture(portrait(index), side));
  }

  /** Of the same portraits drawn small and enlarged to 512 pixels. */
  static double enlarged(int count, int side) {
    return rate(count, index -> picture(portrait(index), side).resize(512, 512));
  }

  static Scene portrait(long index) {
    Person person = World.person(World.HELD_OUT_FROM + index);
    return new Scene(index, person, Shot.portrait(person, index), index);
  }

  private static Rgb picture(Scene scene, int side) {
    return new Rgb(scene.rgb(side), side, side);
  }

  private static double rate(int count, LongFunction<Rgb> pictures) {
    int one = 0;
    try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
      for (int i = 0; i < count; i++) {
        Rgb picture = pictures.apply(i);
        one += oneClear(detector.detect(picture, picture.gray())) ? 1 : 0;
      }
    }
    return (double) one / count;
  }

  /** As curation asks: a face, and any other at most a quarter of its area. */
  private static boolean oneClear(List<Face> faces) {
    return !faces.isEmpty()
        && (faces.size() == 1 || 4 * faces.get(1).area() <= faces.get(0).area());
  }
}
