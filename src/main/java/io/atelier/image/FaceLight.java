package io.atelier.image;

import io.atelier.image.Landmarks.Point;

/**
 * How a face is lit, by the measures of OFIQ (ISO/IEC 29794-5) on linear luminance: the sRGB
 * channels made linear, 0.2126 R + 0.7152 G + 0.0722 B, 0 to 255. OFIQ takes the skin from a
 * segmentation network; here it is the ellipse in the detector's box.
 *
 * @param overexposed share of the face with luminance 247 to 255
 * @param underexposed share of the face with luminance 0 to 25
 * @param evenness 100 · x^0.3, where x is the overlap of the histograms of both cheeks, 0 to 1
 */
record FaceLight(double overexposed, double underexposed, double evenness) {
  private static final int SIDE = 256;
  private static final int BRIGHT = 247;
  private static final int DIM = 25;
  private static final double CHEEK = 0.3;

  static FaceLight of(Rgb picture, Face face) {
    Face inside = clipped(picture, face);
    Rgb crop = picture.crop(inside.x(), inside.y(), inside.width(), inside.height());
    int[] luminance = luminance(crop.resize(SIDE, SIDE));
    int pixels = 0;
    int over = 0;
    int under = 0;
    for (int i = 0; i < luminance.length; i++) {
      double u = (i % SIDE + 0.5) / SIDE * 2 - 1;
      double v = (i / SIDE + 0.5) / SIDE * 2 - 1;
      if (u * u + v * v <= 1) {
        pixels++;
        over += luminance[i] >= BRIGHT ? 1 : 0;
        under += luminance[i] <= DIM ? 1 : 0;
      }
    }
    double overlap = overlap(luminance, face.landmarks().orElse(Landmarks.typical(face)), inside);
    return new FaceLight(
        (double) over / pixels, (double) under / pixels, 100 * Math.pow(overlap, 0.3));
  }

  /** The part of a face's box that is inside the picture. */
  static Face clipped(Rgb picture, Face face) {
    int left = Math.max(0, Math.min(face.x(), picture.width() - 1));
    int top = Math.max(0, Math.min(face.y(), picture.height() - 1));
    int right = Math.max(left + 1, Math.min(face.x() + face.width(), picture.width()));
    int bottom = Math.max(top + 1, Math.min(face.y() + face.height(), picture.height()));
    return new Face(left, top, right - left, bottom - top);
  }

  private static double overlap(int[] luminance, Landmarks face, Face box) {
    double sx = (double) SIDE / box.width();
    double sy = (double) SIDE / box.height();
    double mouth = (face.leftMouth().y() + face.rightMouth().y()) / 2;
    double half = CHEEK * face.eyeDistance() / 2;
    double[] left = cheek(luminance, below(face.leftEye(), mouth), half, box, sx, sy);
    double[] right = cheek(luminance, below(face.rightEye(), mouth), half, box, sx, sy);
    double sum = 0;
    for (int level = 0; level < left.length; level++) {
      sum += Math.min(left[level], right[level]);
    }
    return sum;
  }

  private static Point below(Point eye, double mouth) {
    return new Point(eye.x(), (eye.y() + mouth) / 2);
  }

  /** The histogram, of sum 1, of a square around a point; all 0 if it is outside the box. */
  private static double[] cheek(
      int[] luminance, Point middle, double half, Face box, double sx, double sy) {
    double[] shares = new double[256];
    int pixels = 0;
    int left = (int) Math.max(0, (middle.x() - half - box.x()) * sx);
    int right = (int) Math.min(SIDE, (middle.x() + half - box.x()) * sx);
    int top = (int) Math.max(0, (middle.y() - half - box.y()) * sy);
    int bottom = (int) Math.min(SIDE, (middle.y() + half - box.y()) * sy);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        shares[luminance[y * SIDE + x]]++;
        pixels++;
      }
    }
    for (int level = 0; level < shares.length && pixels > 0; level++) {
      shares[level] /= pixels;
    }
    return shares;
  }

  private static int[] luminance(Rgb picture) {
    byte[] rgb = picture.bytes();
    int[] luminance = new int[rgb.length / 3];
    for (int i = 0, p = 0; i < luminance.length; i++, p += 3) {
      double y =
          0.2126 * Colors.linear(rgb[p] & 0xFF)
              + 0.7152 * Colors.linear(rgb[p + 1] & 0xFF)
              + 0.0722 * Colors.linear(rgb[p + 2] & 0xFF);
      luminance[i] = (int) Math.round(255 * y);
    }
    return luminance;
  }
}
