package io.atelier.sample;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Draws portraits. A pure function: the same people in the same shot give the same pixels on every
 * machine, and a small change of a feature is a small change of the picture. People are drawn at
 * twice the size with Java2D's antialiasing, without fonts, and then halved.
 */
public final class Renderer {
  private static final int SMALLEST = 16;
  private static final int LARGEST = 4096;

  /** Blur of what is behind the person, as a share of the shorter side. */
  private static final double DEPTH_OF_FIELD = 0.012;

  private Renderer() {}

  /**
   * One person.
   *
   * @param width in pixels, 16 to 4096
   * @param height in pixels, 16 to 4096
   * @return 8-bit RGB, {@code TYPE_INT_RGB}
   */
  public static BufferedImage render(Person person, Shot shot, int width, int height) {
    return render(List.of(person), List.of(shot.pose()), shot, width, height);
  }

  /** Two people side by side in one shot, as large as fits. */
  public static BufferedImage renderTwo(
      Person left, Person right, Shot shot, int width, int height) {
    Shot.Pose pose = shot.pose();
    double scale = Math.min(pose.scale(), 0.29 * width / Math.min(width, height));
    Shot.Pose first = new Shot.Pose(0.06, pose.nod(), 0.04, scale, 0.28, pose.y());
    Shot.Pose second = new Shot.Pose(-0.06, pose.nod(), -0.04, scale, 0.73, pose.y() + 0.02);
    return render(List.of(left, right), List.of(first, second), shot, width, height);
  }

  /** The shot's place with nobody in it, in focus. */
  public static BufferedImage renderPlace(Shot shot, int width, int height) {
    BufferedImage picture = place(shot, width, height);
    PostProcess.finish(picture, shot);
    return picture;
  }

  private static BufferedImage render(
      List<Person> people, List<Shot.Pose> poses, Shot shot, int width, int height) {
    BufferedImage place = place(shot, width, height);
    if (shot.attributes().place() != Attributes.Place.PLAIN) {
      PostProcess.blur(place, DEPTH_OF_FIELD * Math.min(width, height));
    }
    Canvas canvas = Canvas.twice(place);
    for (int i = 0; i < people.size(); i++) {
      portrait(canvas, people.get(i), shot.with(poses.get(i)));
    }
    BufferedImage picture = PostProcess.halve(canvas.image());
    PostProcess.finish(picture, shot);
    return picture;
  }

  private static BufferedImage place(Shot shot, int width, int height) {
    if (Math.min(width, height) < SMALLEST || Math.max(width, height) > LARGEST) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          String.format(
              "Cannot draw a picture of %d x %d pixels: sides must be %d to %d; choose another"
                  + " size",
              width, height, SMALLEST, LARGEST));
    }
    Canvas canvas = Canvas.opaque(width, height);
    new BackgroundPainter(canvas, shot.attributes(), shot.detail()).paint();
    return canvas.image();
  }

  private static void portrait(Canvas canvas, Person person, Shot shot) {
    Sitting sitting = Sitting.of(person, shot, canvas.width(), canvas.height());
    HairPainter hair = new HairPainter(sitting);
    hair.paintBack(canvas);
    new ClothingPainter(canvas, sitting).paint();
    new FacePainter(canvas, sitting).paint();
    new BeardPainter(canvas, sitting).paint();
    new MouthPainter(canvas, sitting).paint();
    new EyePainter(canvas, sitting).paint();
    hair.paintFront(canvas);
    new GlassesPainter(canvas, sitting).paint();
  }
}
