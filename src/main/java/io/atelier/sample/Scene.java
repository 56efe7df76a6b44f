package io.atelier.sample;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/**
 * One picture of the world before it is drawn.
 *
 * @param personId who it is; equal ids are the same {@link Person}
 * @param seed decides the words of its caption
 */
public record Scene(long personId, Person person, Shot shot, long seed) {

  /** The attributes that have a name. */
  public Attributes attributes() {
    return shot.attributes();
  }

  /** The picture, {@code side} by {@code side} pixels, 8-bit RGB. */
  public BufferedImage image(int side) {
    return Renderer.render(person, shot, side, side);
  }

  /** The picture as {@code 3 * side * side} bytes: red, green, blue, row by row from the top. */
  public byte[] rgb(int side) {
    int[] pixels = ((DataBufferInt) image(side).getRaster().getDataBuffer()).getData();
    byte[] rgb = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return rgb;
  }

  /** A caption that speaks of the person as "a woman" or "a man". */
  public String caption() {
    return Captions.of(this, Draws.seed(seed, 1));
  }

  /** A caption that speaks of the person as the trigger and the class noun: "ohwx woman". */
  public String caption(String trigger) {
    return Captions.of(this, trigger, Draws.seed(seed, 1));
  }
}
