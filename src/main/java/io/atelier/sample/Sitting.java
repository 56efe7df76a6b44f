package io.atelier.sample;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** What all painters of one person share: the person, the shot, frames and colours. */
record Sitting(
    Person person,
    Shot shot,
    HeadFrame head,
    HeadFrame body,
    Color skin,
    Color shadow,
    Color glow) {

  static Sitting of(Person person, Shot shot, int width, int height) {
    HeadFrame head = HeadFrame.of(person.face(), shot.pose(), width, height);
    Color skin = Colours.skin(person.skin());
    return new Sitting(
        person, shot, head, head.body(), skin, Colours.skinShadow(skin), Colours.skinGlow(skin));
  }

  /** Pixels of one head unit. */
  double unit() {
    return head.unit();
  }

  Shot.Mimic mimic() {
    return shot.face();
  }

  Attributes attributes() {
    return shot.attributes();
  }

  /** The side the light comes from: -1 picture left, 1 picture right. */
  int lit() {
    return shot.lamp().side() >= 0 ? 1 : -1;
  }

  /** How far each eye's centre is from the middle of the face, in head units. */
  double eyeDistance() {
    return 0.34 + 0.15 * person.eyes().distance();
  }

  /** The edge of the face, crown to chin. */
  Path2D faceOutline() {
    Person.Face face = person.face();
    double jaw = 0.6 + 0.3 * face.jaw();
    double chin = 0.2 + 0.28 * face.chin();
    double[][] half = {
      {0.5, -1.5, 0},
      {0.88, -1.05, 0},
      {0.99, -0.45, 0.02},
      {0.99, 0.1, 0.06},
      {0.5 + 0.5 * jaw, 0.55, 0.08},
      {jaw, 0.98, 0.12},
      {chin, 1.34, 0.42},
    };
    Point2D[] points = new Point2D[2 * half.length + 2];
    points[0] = head.at(0, -1.64, 0);
    points[half.length + 1] = head.at(0, 1.42, 0.5);
    for (int i = 0; i < half.length; i++) {
      points[1 + i] = head.at(half[i][0], half[i][1], half[i][2]);
      points[points.length - 1 - i] = head.at(-half[i][0], half[i][1], half[i][2]);
    }
    return Shapes.curve(true, points);
  }
}
