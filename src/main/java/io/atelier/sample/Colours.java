package io.atelier.sample;

import java.awt.Color;

/** Colour arithmetic in sRGB and the ramps of human colouring. */
final class Colours {
  private static final Color[] SKIN =
      ramp(0xfbe0d0, 0xf3cdb0, 0xe6b48d, 0xcf9567, 0xb0774d, 0x8b5939, 0x68402b, 0x4d3022);
  private static final Color[] HAIR =
      ramp(0xe8cd94, 0xc49a5e, 0x956439, 0x69432a, 0x452c1e, 0x2b1d17, 0x1a1413);
  private static final Color[] IRIS =
      ramp(0x2f1b10, 0x4f3019, 0x76552b, 0x6f7a45, 0x5f8a78, 0x5a8fbd);

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
    return rgb(base.getRed() - 4 * gold, base.getGreen() + 8 * gold, base.getBlue() - 16 * gold);
  }

  /** Hair from blond (darkness 0) to black (1), turned towards red and towards grey. */
  static Color hair(Person.Hair hair) {
    Color base = along(HAIR, hair.darkness());
    Color red = mix(base, new Color(0xa34a1f), hair.red());
    return mix(red, new Color(0xbdbab6), hair.grey());
  }

  /** Iris from dark brown (0) over hazel and green to blue (1). */
  static Color iris(double lightness) {
    return along(IRIS, lightness);
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

  /** The colour of skin in shadow: darker, and redder, because light also comes through it. */
  static Color skinShadow(Color skin) {
    return rgb(skin.getRed() * 0.52, skin.getGreen() * 0.38, skin.getBlue() * 0.36);
  }

  /** The colour of skin where the light falls on it. */
  static Color skinGlow(Color skin) {
    return mix(skin, new Color(0xffeeda), 0.5);
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
