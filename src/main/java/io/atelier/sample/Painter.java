package io.atelier.sample;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Paints portraits. A pure function: the same people in the same shot give the same pixels on the
 * same Java runtime, and a small change of a feature is a small change of the picture.
 */
public final class Painter {
  /** Blur of what is far behind the subject, as a share of the picture's shorter side. */
  private static final double DEPTH_OF_FIELD = 0.011;

  private static final int SMALLEST = 16;
  private static final int LARGEST = 4096;

  private Painter() {}

  /**
   * One person.
   *
   * @param width in pixels, 16 to 4096
   * @param height in pixels, 16 to 4096
   * @return 8-bit RGB
   */
  public static BufferedImage paint(Person person, Shot shot, int width, int height) {
    return paint(List.of(person), List.of(shot.pose()), shot, width, height);
  }

  /** Two people side by side in one shot, as large as fits. */
  public static BufferedImage paintTwo(
      Person left, Person right, Shot shot, int width, int height) {
    Shot.Pose pose = shot.pose();
    double scale = Math.min(pose.scale(), 0.29 * width / Math.min(width, height));
    Shot.Pose first = new Shot.Pose(0.06, pose.nod(), 0.04, scale, 0.28, pose.y());
    Shot.Pose second = new Shot.Pose(-0.06, pose.nod(), -0.04, scale, 0.73, pose.y() + 0.02);
    return paint(List.of(left, right), List.of(first, second), shot, width, height);
  }

  /** The shot's place with nobody in it, in focus. */
  public static BufferedImage paintPlace(Shot shot, int width, int height) {
    return Develop.finish(place(shot, width, height), shot.light(), shot.camera());
  }

  /** People are painted at twice the size: Java2D clips without antialiasing. */
  private static BufferedImage paint(
      List<Person> people, List<Shot.Pose> poses, Shot shot, int width, int height) {
    BufferedImage scene = place(shot, width, height);
    BufferedImage far = Develop.blur(scene, DEPTH_OF_FIELD * Math.min(width, height));
    BufferedImage canvas = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(canvas);
    g.drawImage(far, 0, 0, 2 * width, 2 * height, null);
    for (int i = 0; i < people.size(); i++) {
      portrait(g, people.get(i), shot.withPose(poses.get(i)), 2 * width, 2 * height);
    }
    g.dispose();
    return Develop.finish(Develop.halve(canvas), shot.light(), shot.camera());
  }

  private static BufferedImage place(Shot shot, int width, int height) {
    if (Math.min(width, height) < SMALLEST || Math.max(width, height) > LARGEST) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          String.format(
              "Cannot paint a picture of %d x %d pixels: sides must be %d to %d; choose another"
                  + " size",
              width, height, SMALLEST, LARGEST));
    }
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(canvas);
    new BackgroundPainter(g, shot.background(), width, height).paint();
    g.dispose();
    return canvas;
  }

  private static void portrait(Graphics2D g, Person person, Shot shot, int width, int height) {
    HeadFrame frame = HeadFrame.of(person.face(), shot.pose(), width, height);
    FacePainter face = new FacePainter(g, person, shot, frame);
    EyePainter eyes = new EyePainter(g, person, shot, frame);
    HairPainter hair = new HairPainter(g, person, shot, frame);
    hair.paintBack();
    new BodyPainter(g, person, shot, frame).paint();
    face.paintEars();
    face.paint();
    eyes.paint();
    Shape outline = face.outline();
    hair.paintFront(outline);
    eyes.paintGlasses();
  }

  private static Graphics2D graphics(BufferedImage canvas) {
    Graphics2D g = canvas.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
    return g;
  }
}
