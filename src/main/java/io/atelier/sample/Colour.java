package io.atelier.sample;

import java.awt.Color;

/** The colours that captions name, for clothes and backdrops. */
public enum Colour {
  BLACK(0x26262a),
  WHITE(0xf4f3f0),
  GRAY(0x8f9299),
  BEIGE(0xd9c29b),
  BROWN(0x6f4526),
  RED(0xc9252c),
  ORANGE(0xee7a1c),
  YELLOW(0xf3c925),
  GREEN(0x2f8f3e),
  TEAL(0x159a9c),
  BLUE(0x2f6fd6),
  NAVY(0x1f2d66),
  PURPLE(0x7b3fb0),
  PINK(0xf08fb5);

  private final Color centre;

  Colour(int rgb) {
    this.centre = new Color(rgb);
  }

  /** The colour that the name stands for. */
  public int rgb() {
    return centre.getRGB() & 0xffffff;
  }

  /** A shade that still bears the name. */
  Color shade(Draws draws) {
    double bright = draws.between(0.92, 1.08);
    return Colours.rgb(
        centre.getRed() * bright + draws.between(-7, 7),
        centre.getGreen() * bright + draws.between(-7, 7),
        centre.getBlue() * bright + draws.between(-7, 7));
  }
}
