package io.atelier.image;

/**
 * The size a photo is trained at: near its own shape, in steps, of at most a wanted area (the rule
 * of ai-toolkit's buckets). Photos of one bucket share a batch; none is dropped and none is
 * enlarged, unless it is smaller than a single step.
 *
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 */
public record Bucket(int width, int height) {
  private static final int CELL = 16;
  private static final int LARGEST_STEP = 64;

  /**
   * The bucket of a photo: of the sizes around its shape the one that keeps most of the picture and
   * of the area.
   *
   * @param width pixels of the photo
   * @param height pixels of the photo
   * @param resolution side of the square of the wanted area, a multiple of 16
   */
  public static Bucket of(int width, int height, int resolution) {
    int step = step(resolution);
    double scale = Math.min(1, resolution / Math.sqrt((double) width * height));
    int columns = (int) Math.floor(width * scale / step);
    int rows = (int) Math.floor(height * scale / step);
    Bucket best = null;
    double bestKept = 0;
    for (int w = Math.max(1, columns); w <= columns + 1; w++) {
      for (int h = Math.max(1, rows); h <= rows + 1; h++) {
        double kept = kept(w * step, h * step, width, height, resolution);
        if (kept > bestKept) {
          best = new Bucket(w * step, h * step);
          bestKept = kept;
        }
      }
    }
    return best != null ? best : new Bucket(Math.max(1, columns) * step, Math.max(1, rows) * step);
  }

  /** The greatest multiple of a cell within a length, at least one cell. */
  static int cells(int length) {
    return Math.max(CELL, length / CELL * CELL);
  }

  /** Buckets of small pictures are finer: an eighth of the side, as 64 is of 512. */
  private static int step(int resolution) {
    return Math.min(LARGEST_STEP, cells(resolution / 8));
  }

  /**
   * The share of the picture that is not cropped times the area; 0 for a size that is too large.
   */
  private static double kept(int w, int h, int width, int height, int resolution) {
    if (w > width || h > height || (long) w * h > (long) resolution * resolution) {
      return 0;
    }
    double ratio = ((double) w / h) / ((double) width / height);
    return Math.min(ratio, 1 / ratio) * w * h;
  }
}
