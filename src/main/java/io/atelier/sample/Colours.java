package io.atelier.sample;

import java.awt.Color;

/** Colour arithmetic in sRGB and the ramps of human colouring. */
final class Colours {
  private static final Color[] SKIN =
      ramp(0xfbd9c3, 0xf3c8a8, 0xe9b68f, 0xd49a6b, 0xb5794e, 0x8f5b3a, 0x6c432c, 0x4f3223);

  private Colours() {}

  private static Color[] ramp(int... rgb) {
    Color[] colours = new Color[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      colours[i] = new Color(rgb[i]);
    }
    return colours;
  }

  private static Color along(Color[] ramp, double position) {
    double scaled = clamp(position, 0, 1) * (ramp.length - 1);
    int below = Math.min((int) scaled, ramp.length - 2);
    return mix(ramp[below], ramp[below + 1], scaled - below);
  }

  /** Skin from the lightest (tone 0) to the darkest (1); undertone 0 rosy, 1 golden. */
  static Color skin(Person.Skin skin) {
    Color base = along(SKIN, skin.tone());
    double gold = skin.undertone() - 0.5;
    return rgb(base.getRed() - 6 * gold, base.getGreen() + 11 * gold, base.getBlue() - 24 * gold);
  }

  /** Hair: between the darkest and the lightest that bears the colour's name. */
  static Color hair(Person.Hair hair) {
    return switch (hair.colour()) {
      case BLACK -> mix(new Color(0x15110f), new Color(0x2b2320), hair.shade());
      case BROWN -> mix(new Color(0x4d2d19), new Color(0x7e5130), hair.shade());
      case BLOND -> mix(new Color(0xd2a450), new Color(0xf2db9c), hair.shade());
      case RED -> mix(new Color(0x9c3510), new Color(0xd2662a), hair.shade());
      case GRAY -> mix(new Color(0x8a8b90), new Color(0xd6d6d8), hair.shade());
    };
  }

  /** Iris: between the darkest and the lightest that bears the colour's name. */
  static Color iris(Person.Eyes eyes) {
    return switch (eyes.colour()) {
      case BROWN -> mix(new Color(0x3f2413), new Color(0x7a4a22), eyes.shade());
      case BLUE -> mix(new Color(0x2f6fb5), new Color(0x74b4e6), eyes.shade());
      case GREEN -> mix(new Color(0x3f7d3c), new Color(0x83b060), eyes.shade());
    };
  }

  static Color mix(Color from, Color to, double share) {
    double t = clamp(share, 0, 1);
    return rgb(
        from.getRed() + (to.getRed() - from.getRed()) * t,
        from.getGreen() + (to.getGreen() - from.getGreen()) * t,
        from.getBlue() + (to.getBlue() - from.getBlue()) * t);
  }

  /** Brightness times {@code factor}: below 1 darker, above 1 lighter. */
  static Color shade(Color colour, double factor) {
    return rgb(colour.getRed() * factor, colour.getGreen() * factor, colour.getBlue() * factor);
  }

  /** A lighter tone of a colour: towards white, for {@code share} of the way. */
  static Color tint(Color colour, double share) {
    return mix(colour, Color.WHITE, share);
  }

  /** The colour of skin in shadow: darker, and redder, because light also comes through it. */
  static Color skinShadow(Color skin) {
    return rgb(skin.getRed() * 0.58, skin.getGreen() * 0.41, skin.getBlue() * 0.39);
  }

  /** The colour of skin where the light falls on it. */
  static Color skinGlow(Color skin) {
    double light = skin.getGreen() / 255.0;
    return mix(skin, new Color(0xfff0de), 0.52 - 0.12 * light);
  }

  static Color alpha(Color colour, double alpha) {
    int a = (int) Math.round(255 * clamp(alpha, 0, 1));
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), a);
  }

  /** Hue, saturation and brightness, each 0 to 1; the hue wraps around. */
  static Color hsb(double hue, double saturation, double brightness) {
    return Color.getHSBColor(
        (float) hue, (float) clamp(saturation, 0, 1), (float) clamp(brightness, 0, 1));
  }

  static Color rgb(double red, double green, double blue) {
    return new Color(channel(red), channel(green), channel(blue));
  }

  static int channel(double value) {
    return (int) Math.round(clamp(value, 0, 255));
  }

  static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
