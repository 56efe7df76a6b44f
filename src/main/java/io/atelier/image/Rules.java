package io.atelier.image;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The limits a photo is held against.
 *
 * @param size limits on the dimensions
 * @param light limits on exposure and content
 * @param focus limits on sharpness
 * @param faces what is asked of faces; nothing, unless they are required
 * @param nearDuplicateBits photos of one subject whose DCT hashes differ in at most this many of 64
 *     bits count as the same; −1 turns the comparison off. 4 suits large collections, 8 the photos
 *     of one person
 * @param warnOnly codes that only mark a photo and do not refuse it
 */
public record Rules(
    Size size,
    Light light,
    Focus focus,
    Faces faces,
    int nearDuplicateBits,
    Set<ReasonCode> warnOnly)
    implements Serializable {

  /** Raised whenever a measurement gives other numbers than before. */
  private static final String MEASUREMENTS = "1";

  /** Dark skin and night scenes measure dark too: light alone refuses nobody. */
  private static final Set<ReasonCode> GENTLE =
      Set.of(
          ReasonCode.LOW_INFO,
          ReasonCode.DARK,
          ReasonCode.LIGHT,
          ReasonCode.SOFT,
          ReasonCode.FACE_SHARE,
          ReasonCode.FACE_CUT_OFF);

  public Rules {
    warnOnly = Set.copyOf(warnOnly);
    if (warnOnly.stream().anyMatch(code -> code.stage() == ReasonCode.Stage.READ)) {
      throw new IllegalArgumentException("A photo that cannot be read cannot be a mere warning");
    }
  }

  /**
   * @param minSide least pixels of the shorter side
   * @param maxPixels most pixels, checked in the header before anything is decoded
   * @param minAspect least shorter side over longer side
   */
  public record Size(int minSide, long maxPixels, double minAspect) implements Serializable {}

  /**
   * @param darkP99 DARK below this 99th percentile of brightness (CleanVision)
   * @param lightP5 LIGHT above this 5th percentile of brightness (CleanVision)
   * @param minEntropy LOW_INFO below this gray entropy in bits
   */
  public record Light(double darkP99, double lightP5, double minEntropy) implements Serializable {}

  /**
   * @param blurry BLURRY below this sharpness, FACE_BLURRY for the largest face
   * @param soft SOFT below this sharpness
   */
  public record Focus(double blurry, double soft) implements Serializable {}

  /**
   * @param required whether a face must be there; without it none of the others is checked
   * @param maxSecond most area of the second face over that of the first
   * @param minSide least width of the largest face in pixels
   * @param minShare least share of the picture the largest face fills
   * @param maxShare most share of the picture the largest face fills
   * @param minMargin least distance of the largest face from every edge, over the picture's side
   */
  public record Faces(
      boolean required,
      double maxSecond,
      int minSide,
      double minShare,
      double maxShare,
      double minMargin)
      implements Serializable {}

  /** For any picture: what cannot be trained on at all is refused, the rest is marked. */
  public static Rules defaults() {
    return new Rules(
        new Size(64, 100_000_000L, 0.35),
        new Light(0.32, 0.95, 3.0),
        new Focus(5, 15),
        new Faces(false, 0.25, 128, 0.03, 0.65, 0.02),
        -1,
        GENTLE);
  }

  /** For photos of one person at the size FLUX trains on: one sharp, large enough face. */
  public static Rules portrait() {
    Rules base = defaults();
    Set<ReasonCode> gentle = EnumSet.copyOf(GENTLE);
    gentle.remove(ReasonCode.LOW_INFO);
    return new Rules(
        new Size(512, base.size().maxPixels(), base.size().minAspect()),
        base.light(),
        base.focus(),
        new Faces(true, 0.25, 128, 0.03, 0.65, 0.02),
        8,
        gentle);
  }

  /**
   * The rules a person sets by hand; the other limits as in {@link #portrait} with faces, as in
   * {@link #defaults} without.
   *
   * @param maxAspect most longer side over shorter side
   * @param withFaces whether exactly one clear face is required
   * @param minSharpness least sharpness of the photo and of its face
   */
  public static Rules of(
      int minSide,
      double maxAspect,
      long maxPixels,
      int nearDuplicateBits,
      boolean withFaces,
      int minFaceSide,
      double minSharpness) {
    Rules base = withFaces ? portrait() : defaults();
    Faces faces = base.faces();
    return new Rules(
        new Size(minSide, maxPixels, 1 / maxAspect),
        base.light(),
        new Focus(minSharpness, Math.max(minSharpness, base.focus().soft())),
        new Faces(
            withFaces,
            faces.maxSecond(),
            minFaceSide,
            faces.minShare(),
            faces.maxShare(),
            faces.minMargin()),
        nearDuplicateBits,
        base.warnOnly());
  }

  /**
   * A name for exactly these limits and this version of the measurements, such as "1-3f2a90c417be".
   */
  public String version() {
    String limits = size + "|" + light + "|" + focus + "|" + faces + "|" + nearDuplicateBits;
    String content = limits + "|" + new TreeSet<>(warnOnly);
    return MEASUREMENTS
        + "-"
        + Sha256.of(content.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
  }
}
