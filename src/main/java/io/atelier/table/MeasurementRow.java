package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * What was measured of one content: a row of {@code measurements}. Inputs with the same bytes share
 * it. Nothing here is a judgement, so other rules decide again without decoding anything.
 */
public record MeasurementRow(
    @Column("Key, part 1: sha-256 of the bytes, as in assets") String assetId,
    @Column("Key, part 2: version of the measurements and what they include") String measurer,
    @Column("MEASURED, or FAILED if the image could not be decoded") String status,
    @Column(value = "Why it could not be decoded, e.g. TRUNCATED", nullable = true) String problem,
    @Column(value = "The same for a person, one sentence", nullable = true) String sentence,
    @Column(value = "Container format, e.g. JPEG", nullable = true) String format,
    @Column(value = "Width as stored, pixels", nullable = true) Integer storedWidth,
    @Column(value = "Height as stored, pixels", nullable = true) Integer storedHeight,
    @Column(value = "Bits per channel as stored", nullable = true) Integer bitDepth,
    @Column(value = "Channels as stored; a palette counts as one", nullable = true)
        Integer channels,
    @Column(value = "Embedded colour profile that was converted to sRGB", nullable = true)
        String colorProfile,
    @Column(value = "EXIF orientation as stored, 1 to 8", nullable = true)
        Integer storedOrientation,
    @Column(value = "Width after orientation, pixels", nullable = true) Integer width,
    @Column(value = "Height after orientation, pixels", nullable = true) Integer height,
    @Column(value = "Shorter side, pixels", nullable = true) Double shortSide,
    @Column(value = "Shorter side over longer side, 0 to 1", nullable = true) Double aspect,
    @Column(value = "Width times height", nullable = true) Double pixels,
    @Column(value = "sha-256 of the oriented RGB pixels and their size", nullable = true)
        String pixelSha256,
    @Column(value = "Perceptual hash, 16 hex digits, as imagehash.phash", nullable = true)
        String phash,
    @Column(value = "Difference hash, 16 hex digits, as imagehash.dhash", nullable = true)
        String dhash,
    @Column(value = "Variance of the Laplacian of the full-size gray image", nullable = true)
        Double laplacianVariance,
    @Column(value = "The same at long side 512", nullable = true) Double texture,
    @Column(
            value =
                "Focus: Laplacian variance over that of a blurred copy, at long side 512; null"
                    + " without texture",
            nullable = true)
        Double sharpness,
    @Column(value = "Entropy of the gray histogram, bits, 0 to 8", nullable = true)
        Double grayEntropy,
    @Column(value = "Entropy of the joined RGB histograms, bits, 1.58 to 9.58", nullable = true)
        Double rgbEntropy,
    @Column(value = "Mean brightness, 0 to 1", nullable = true) Double brightnessMean,
    @Column(value = "5th percentile of brightness, 0 to 1", nullable = true) Double brightnessP5,
    @Column(value = "99th percentile of brightness, 0 to 1", nullable = true) Double brightnessP99,
    @Column(value = "Standard deviation of gray over 255, 0 to 0.5", nullable = true)
        Double contrast,
    @Column(value = "Colourfulness after Hasler and Suesstrunk, from 0", nullable = true)
        Double colorfulness,
    @Column(value = "BRISQUE, 0 natural to 100 distorted; null if not asked for", nullable = true)
        Double brisque,
    @Column(value = "Names of the dominant colours, largest share first", nullable = true)
        List<String> colours,
    @Column(value = "Name of the dominant colour along the edges", nullable = true)
        String background,
    @Column(
            value = "Faces found, largest first; null if not looked for",
            nullable = true,
            personal = true)
        List<Box> faces,
    @Column(value = "Number of faces; null if not looked for", nullable = true) Double faceCount,
    @Column(value = "Shorter side of the largest face, pixels", nullable = true) Double faceSide,
    @Column(value = "Area of the largest face over the image's", nullable = true) Double faceShare,
    @Column(value = "Height of the largest face over the image's", nullable = true)
        Double faceHeight,
    @Column(value = "Distance of the largest face from the nearest edge, share", nullable = true)
        Double faceMargin,
    @Column(value = "Area of the second face over the largest's", nullable = true)
        Double secondFace,
    @Column(value = "Focus of the largest face at side 256", nullable = true) Double faceSharpness,
    @Column(value = "Share of the largest face that is burnt out", nullable = true)
        Double faceOverexposed,
    @Column(value = "Share of the largest face that is black", nullable = true, personal = true)
        Double faceUnderexposed,
    @Column(value = "How alike both cheeks are lit, 0 to 100", nullable = true) Double faceEvenness,
    @Column(
            value = "Degrees the head is turned to the image's right; null without landmarks",
            nullable = true)
        Double faceYaw,
    @Column(value = "Degrees the head is turned down; null without landmarks", nullable = true)
        Double facePitch,
    @Column(
            value = "Embedding of the largest face, length 1; null without an identity model",
            nullable = true,
            personal = true)
        List<Double> identity,
    @Column("When it was measured, UTC") Instant createdAt,
    @Column("Run that measured it") String runId)
    implements Serializable {

  /** The table {@code measurements}. */
  public static final TableSpec<MeasurementRow> TABLE =
      TableSpec.of("measurements", MeasurementRow.class)
          .key("asset_id", "measurer")
          .check("asset_id_form", "length(asset_id) = 64")
          .check("status_known", "status IN ('MEASURED', 'FAILED')")
          .check("failure_has_problem", "(status = 'FAILED') = (problem IS NOT NULL)")
          .check("pixel_sha256_form", "pixel_sha256 IS NULL OR length(pixel_sha256) = 64")
          .check("phash_form", "phash IS NULL OR length(phash) = 16")
          .check("dhash_form", "dhash IS NULL OR length(dhash) = 16")
          .check("measured_has_size", "status = 'FAILED' OR (width > 0 AND height > 0)")
          .statistics("asset_id", "measurer", "status", "created_at", "run_id")
          .clusterBy("asset_id")
          .changeFeed()
          .build();
}
