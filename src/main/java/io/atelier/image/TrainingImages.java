package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Optional;

/**
 * Photos at the exact size a model trains on: scaled to cover with the antialiased Lanczos filter,
 * then cropped.
 */
public final class TrainingImages {
  private static final int STEP = 16;

  private TrainingImages() {}

  /**
   * Scales a picture to cover a size and crops the rest.
   *
   * @param width pixels, a multiple of 16, as FLUX packs latents
   * @param height pixels, a multiple of 16
   * @param face kept as near to the middle as the picture allows; the centre without one
   * @throws AtelierException with {@code BAD_CONFIG} for a size that is no multiple of 16
   */
  public static Rgb cover(Rgb picture, int width, int height, Optional<Face> face) {
    if (width < STEP || height < STEP || width % STEP != 0 || height % STEP != 0) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Training size " + width + " x " + height + " is no multiple of 16; choose one");
    }
    double scale = Math.max((double) width / picture.width(), (double) height / picture.height());
    int w = Math.max(width, (int) Math.round(picture.width() * scale));
    int h = Math.max(height, (int) Math.round(picture.height() * scale));
    double middleX = face.map(f -> f.x() + f.width() / 2.0).orElse(picture.width() / 2.0);
    double middleY = face.map(f -> f.y() + f.height() / 2.0).orElse(picture.height() / 2.0);
    int x = start(middleX * w / picture.width(), width, w);
    int y = start(middleY * h / picture.height(), height, h);
    return picture.resize(w, h).crop(x, y, width, height);
  }

  private static int start(double middle, int length, int available) {
    int wanted = (int) Math.floor(middle - length / 2.0);
    return Math.max(0, Math.min(wanted, available - length));
  }

  /** The picture as 3 × height × width floats, −1 for black to 1 for full, red plane first. */
  public static float[] planes(Rgb picture) {
    byte[] rgb = picture.bytes();
    int area = picture.width() * picture.height();
    float[] planes = new float[3 * area];
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        planes[c * area + i] = (rgb[3 * i + c] & 0xFF) / 127.5f - 1f;
      }
    }
    return planes;
  }
}
