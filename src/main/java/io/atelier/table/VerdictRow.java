package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * The decision on one input under one version of the rules, with every reason: a row of {@code
 * verdicts}. Measurements are null where the image could not be decoded.
 */
public record VerdictRow(
    @Column("Key, part 1: the input, as in assets") String inputId,
    @Column("Key, part 2: name and version of the rules") String rulesVersion,
    @Column("Whose photo") String subjectId,
    @Column(value = "sha-256 of the bytes; null if unreadable", nullable = true) String assetId,
    @Column("ACCEPT or REFUSE") String decision,
    @Column("Every rule that refuses the image; empty if accepted") List<Reason> reasons,
    @Column("Rules that only mark the image; they refuse nothing") List<Reason> warnings,
    @Column(
            value = "input_id of the copy that is kept, if this one is a duplicate",
            nullable = true)
        String dupOf,
    @Column(value = "Container format, e.g. JPEG", nullable = true) String format,
    @Column(value = "Width after orientation, pixels", nullable = true) Integer width,
    @Column(value = "Height after orientation, pixels", nullable = true) Integer height,
    @Column(value = "EXIF orientation as stored, 1 to 8", nullable = true)
        Integer storedOrientation,
    @Column(value = "sha-256 of the oriented RGB pixels and their size", nullable = true)
        String pixelSha256,
    @Column(value = "Perceptual hash, 16 hex digits, as imagehash.phash", nullable = true)
        String phash,
    @Column(value = "Difference hash, 16 hex digits, as imagehash.dhash", nullable = true)
        String dhash,
    @Column(value = "Variance of the Laplacian of the full-size grey image", nullable = true)
        Double laplacianVariance,
    @Column(
            value = "Laplacian variance over that of a blurred copy, at long side 512",
            nullable = true)
        Double sharpnessRatio,
    @Column(value = "Entropy of the grey histogram, bits, 0 to 8", nullable = true)
        Double grayEntropy,
    @Column(value = "Mean brightness, 0 to 1", nullable = true) Double brightnessMean,
    @Column(value = "5th percentile of brightness, 0 to 1", nullable = true) Double brightnessP5,
    @Column(value = "99th percentile of brightness, 0 to 1", nullable = true) Double brightnessP99,
    @Column(value = "Standard deviation of brightness, 0 to 1", nullable = true) Double contrast,
    @Column(value = "Names of the dominant colours, largest share first", nullable = true)
        List<String> colours,
    @Column(value = "Faces found; null if not looked for", nullable = true, personal = true)
        List<Face> faces,
    @Column("When the verdict was given, UTC") Instant createdAt,
    @Column("Run that gave it") String runId)
    implements Serializable {

  /** One rule that an image breaks or nearly breaks. */
  public record Reason(
      @Column("Stable name of the rule, e.g. BLURRY") String code,
      @Column(value = "What was measured; null where the rule has no number", nullable = true)
          Double value,
      @Column(value = "The limit it was held against", nullable = true) Double threshold,
      @Column("The same for a person, one sentence") String sentence)
      implements Serializable {}

  /** A face's box in pixels of the oriented image. */
  public record Face(
      @Column("Left edge, pixels") int x,
      @Column("Top edge, pixels") int y,
      @Column("Width, pixels") int width,
      @Column("Height, pixels") int height)
      implements Serializable {}

  /** The table {@code verdicts}. */
  public static final TableSpec<VerdictRow> TABLE =
      TableSpec.of("verdicts", VerdictRow.class)
          .key("input_id", "rules_version")
          .check("decision_known", "decision IN ('ACCEPT', 'REFUSE')")
          .check("refusal_has_reasons", "(decision = 'ACCEPT') = (size(reasons) = 0)")
          .check("input_id_form", "length(input_id) = 64")
          .check("asset_id_form", "asset_id IS NULL OR length(asset_id) = 64")
          .check("pixel_sha256_form", "pixel_sha256 IS NULL OR length(pixel_sha256) = 64")
          .check("phash_form", "phash IS NULL OR length(phash) = 16")
          .check("dhash_form", "dhash IS NULL OR length(dhash) = 16")
          .check("size_range", "(width IS NULL OR width > 0) AND (height IS NULL OR height > 0)")
          .check(
              "accepted_is_measured",
              "decision = 'REFUSE' OR (asset_id IS NOT NULL AND width IS NOT NULL AND height IS NOT NULL)")
          .statistics("subject_id", "input_id", "rules_version", "decision", "created_at", "run_id")
          .clusterBy("subject_id")
          .build();
}
