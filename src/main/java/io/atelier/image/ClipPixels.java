package io.atelier.image;

import java.util.Optional;

/**
 * A picture as OpenAI's CLIP vision towers want it: the shorter side scaled with Pillow's bicubic
 * filter, the middle cut out, channels normalised; as transformers' {@code CLIPImageProcessor}.
 */
public final class ClipPixels {
  private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] STD = {0.26862954, 0.26130258, 0.27577711};

  private ClipPixels() {}

  /** The values of the picture in a file; empty if it cannot be decoded. */
  public static Optional<float[]> of(byte[] file, int side) {
    try {
      Header header = Decoder.header(file, Integer.MAX_VALUE);
      return Optional.of(of(Decoder.read(file, header).pixels(), side));
    } catch (RefusedImage refused) {
      return Optional.empty();
    }
  }

  /** 3 × side × side values, red plane first. */
  public static float[] of(Rgb picture, int side) {
    boolean wide = picture.width() > picture.height();
    int less = Math.min(picture.width(), picture.height());
    int longer = (int) ((long) side * Math.max(picture.width(), picture.height()) / less);
    Rgb sized = picture.resize(wide ? longer : side, wide ? side : longer, Resampling.BICUBIC);
    byte[] rgb =
        sized.crop((sized.width() - side) / 2, (sized.height() - side) / 2, side, side).bytes();
    float[] planes = new float[rgb.length];
    int area = side * side;
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        planes[c * area + i] = (float) (((rgb[3 * i + c] & 0xFF) / 255.0 - MEAN[c]) / STD[c]);
      }
    }
    return planes;
  }
}
