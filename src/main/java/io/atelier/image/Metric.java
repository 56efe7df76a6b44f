package io.atelier.image;

import java.util.Locale;

/**
 * The numbers a rule can ask for. The name in lower case is the name in a rules file and of the
 * column in the table of measurements.
 */
public enum Metric {
  /** Shorter side, pixels. */
  SHORT_SIDE(Needs.PIXELS),
  /** Shorter side over longer side, above 0 to 1. */
  ASPECT(Needs.PIXELS),
  /** Width times height. */
  PIXELS(Needs.PIXELS),
  /** Variance of the Laplacian at full size, see {@link Quality#laplacianVariance}. */
  LAPLACIAN_VARIANCE(Needs.PIXELS),
  /** The same at a long side of at most 512, so that it does not depend on the camera. */
  TEXTURE(Needs.PIXELS),
  /** Focus, see {@link Quality#sharpness}; not there for a picture without texture. */
  SHARPNESS(Needs.PIXELS),
  /** Entropy of gray, bits, 0 to 8. */
  GRAY_ENTROPY(Needs.PIXELS),
  /** Entropy of the joined histograms of red, green and blue, bits, 1.58 to 9.58. */
  RGB_ENTROPY(Needs.PIXELS),
  /** Mean brightness, 0 to 1. */
  BRIGHTNESS_MEAN(Needs.PIXELS),
  /** 5th percentile of brightness, 0 to 1. */
  BRIGHTNESS_P5(Needs.PIXELS),
  /** 99th percentile of brightness, 0 to 1. */
  BRIGHTNESS_P99(Needs.PIXELS),
  /** Standard deviation of gray over 255, 0 to 0.5. */
  CONTRAST(Needs.PIXELS),
  /**
   * Hasler and Süsstrunk's colourfulness: 0 gray, 15 slightly, 45 quite, 109 extremely colourful.
   */
  COLORFULNESS(Needs.PIXELS),
  /** BRISQUE, 0 undistorted to 100 badly distorted, see {@link Brisque}. */
  BRISQUE(Needs.BRISQUE),
  /** Faces found. */
  FACE_COUNT(Needs.FACES),
  /** Shorter side of the largest face, pixels. */
  FACE_SIDE(Needs.FACES),
  /** Area of the largest face over that of the picture. */
  FACE_SHARE(Needs.FACES),
  /** Height of the largest face over that of the picture. */
  FACE_HEIGHT(Needs.FACES),
  /** Distance of the largest face from the nearest edge over the picture's side; below 0: cut. */
  FACE_MARGIN(Needs.FACES),
  /** Area of the second largest face over that of the largest; 0 if there is one face only. */
  SECOND_FACE(Needs.FACES),
  /** Focus of the largest face, as {@link #SHARPNESS}. */
  FACE_SHARPNESS(Needs.FACES),
  /** Share of the largest face that is nearly white, see {@link FaceLight}. */
  FACE_OVEREXPOSED(Needs.FACES),
  /** Share of the largest face that is nearly black, see {@link FaceLight}. */
  FACE_UNDEREXPOSED(Needs.FACES),
  /** How alike both cheeks are lit, 0 to 100, see {@link FaceLight}. */
  FACE_EVENNESS(Needs.FACES),
  /** Degrees the largest face is turned to the picture's right; only with a landmark detector. */
  FACE_YAW(Needs.FACES),
  /** Degrees it is turned down; only with a landmark detector. */
  FACE_PITCH(Needs.FACES),
  /** What the model {@code curate.aesthetic_model} says; LAION's from 1 to 10. */
  AESTHETIC(Needs.MODEL),
  /** Probability that the picture is unsafe, by {@code curate.safety_model}. */
  UNSAFE(Needs.MODEL),
  /** Cosine of the face to the medoid face of its subject; only with an identity model. */
  IDENTITY_COSINE(Needs.OTHER_PHOTOS),
  /** Bits in which the DCT hash differs from that of a better photo of the subject that is kept. */
  HASH_DISTANCE(Needs.OTHER_PHOTOS),
  /**
   * Greatest cosine of the embedding to those of better pictures of the subject that are kept and
   * lie in the same cluster.
   */
  SEMANTIC_COSINE(Needs.OTHER_PHOTOS),
  /** Place of the picture in its cluster, the best is 1; repeats do not count. */
  CLUSTER_RANK(Needs.OTHER_PHOTOS);

  /** What must be computed for a number. */
  public enum Needs {
    /** The pixels; always measured. */
    PIXELS,
    /** The BRISQUE model. */
    BRISQUE,
    /** Looking for faces. */
    FACES,
    /** A model that must be configured; no column of the measurements. */
    MODEL,
    /** The other photos of the set; no column of the measurements. */
    OTHER_PHOTOS
  }

  private final Needs needs;

  Metric(Needs needs) {
    this.needs = needs;
  }

  /** What must be computed for it. */
  public Needs needs() {
    return needs;
  }

  /** Its name in rules files and as a column. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
