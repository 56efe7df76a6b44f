package io.atelier.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** File formats told apart by their first bytes, never by their name. */
public enum ImageFormat {
  JPEG(true, "JPEG"),
  PNG(true, "PNG"),
  WEBP(true, "WebP"),
  TIFF(true, "TIFF"),
  BMP(true, "BMP"),
  GIF(false, "GIF"),
  HEIC(false, "HEIC"),
  AVIF(false, "AVIF"),
  JPEG_XL(false, "JPEG XL"),
  JPEG_2000(false, "JPEG 2000"),
  PDF(false, "PDF"),
  BIG_TIFF(false, "BigTIFF");

  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

  private final boolean supported;
  private final String title;

  ImageFormat(boolean supported, String title) {
    this.supported = supported;
    this.title = title;
  }

  /** Whether {@link Decoder} reads it; the others are only recognised to name them. */
  public boolean supported() {
    return supported;
  }

  /** The name people use. */
  public String title() {
    return title;
  }

  /** The media type, such as {@code image/jpeg}. */
  public String mediaType() {
    return switch (this) {
      case JPEG_XL -> "image/jxl";
      case JPEG_2000 -> "image/jp2";
      case PDF -> "application/pdf";
      case BIG_TIFF -> "image/tiff";
      default -> "image/" + name().toLowerCase(Locale.ROOT);
    };
  }

  /** The format of some bytes, or empty when their first bytes belong to none of the known ones. */
  public static Optional<ImageFormat> of(byte[] bytes) {
    Bytes b = new Bytes(bytes);
    if (b.starts(0, 0xFF, 0xD8, 0xFF)) {
      return Optional.of(JPEG);
    } else if (b.starts(0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
      return Optional.of(PNG);
    } else if (b.starts(0, 'R', 'I', 'F', 'F') && b.starts(8, 'W', 'E', 'B', 'P')) {
      return Optional.of(WEBP);
    } else if (b.starts(0, 'I', 'I', 42, 0) || b.starts(0, 'M', 'M', 0, 42)) {
      return Optional.of(TIFF);
    } else if (b.starts(0, 'I', 'I', 43, 0) || b.starts(0, 'M', 'M', 0, 43)) {
      return Optional.of(BIG_TIFF);
    } else if (b.starts(0, 'B', 'M')) {
      return Optional.of(BMP);
    } else if (b.starts(0, 'G', 'I', 'F', '8')) {
      return Optional.of(GIF);
    } else if (b.starts(0, '%', 'P', 'D', 'F')) {
      return Optional.of(PDF);
    } else if (b.starts(0, 0xFF, 0x0A) || b.starts(4, 'J', 'X', 'L', ' ')) {
      return Optional.of(JPEG_XL);
    } else if (b.starts(4, 'j', 'P', ' ', ' ')) {
      return Optional.of(JPEG_2000);
    }
    return isoBrand(b, bytes);
  }

  private static Optional<ImageFormat> isoBrand(Bytes b, byte[] bytes) {
    if (!b.starts(4, 'f', 't', 'y', 'p') || bytes.length < 12) {
      return Optional.empty();
    }
    String brand = new String(bytes, 8, 4, StandardCharsets.ISO_8859_1);
    if (brand.equals("avif") || brand.equals("avis")) {
      return Optional.of(AVIF);
    }
    return HEIC_BRANDS.contains(brand) ? Optional.of(HEIC) : Optional.empty();
  }
}
