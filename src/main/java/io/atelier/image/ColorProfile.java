package io.atelier.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ICC profile of a file, and its way to sRGB, by the Little CMS library that every JDK holds.
 * Profiles that cannot be read, and those that are sRGB but for rounding, change nothing.
 */
final class ColorProfile {
  private static final int REMEMBERED = 64;
  private static final int HEADER = 128;
  private static final int TAG = 12;
  private static final int STEPS = 6;
  private static final int ROUNDING = 3;

  /** Files of one camera share a profile, and to look one up costs more than to use it. */
  private static final Map<String, Optional<ColorProfile>> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Optional<ColorProfile>> eldest) {
              return size() > REMEMBERED;
            }
          });

  private final ICC_Profile profile;
  private final String name;

  private ColorProfile(ICC_Profile profile, String name) {
    this.profile = profile;
    this.name = name;
  }

  /** A profile that says something else than sRGB. */
  static Optional<ColorProfile> of(byte[] icc) {
    return KNOWN.computeIfAbsent(Sha256.of(icc), key -> parse(icc));
  }

  private static Optional<ColorProfile> parse(byte[] icc) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(icc);
      if (!isDeviceSpace(profile)) {
        return Optional.empty();
      }
      ColorProfile found = new ColorProfile(profile, description(icc));
      return found.isSrgb() ? Optional.empty() : Optional.of(found);
    } catch (RuntimeException damaged) {
      return Optional.empty();
    }
  }

  private static boolean isDeviceSpace(ICC_Profile profile) {
    int type = profile.getColorSpaceType();
    return type == ColorSpace.TYPE_RGB
        || type == ColorSpace.TYPE_GRAY
        || type == ColorSpace.TYPE_CMYK;
  }

  /** Samples a pixel: 1 for gray, 3 for RGB, 4 for CMYK. */
  int channels() {
    return profile.getNumComponents();
  }

  /** What the profile calls itself, such as "Display P3". */
  String name() {
    return name;
  }

  /** The same picture in sRGB; rows of samples, interleaved, in the profile's channels. */
  byte[] toSrgb(byte[] samples, int width, int height) {
    byte[] rgb = new byte[Math.toIntExact(3L * width * height)];
    ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null)
        .filter(
            raster(samples, width, height, profile.getNumComponents()),
            raster(rgb, width, height, 3));
    return rgb;
  }

  private static WritableRaster raster(byte[] samples, int width, int height, int channels) {
    int[] offsets = new int[channels];
    for (int c = 0; c < channels; c++) {
      offsets[c] = c;
    }
    return Raster.createInterleavedRaster(
        new DataBufferByte(samples, samples.length),
        width,
        height,
        channels * width,
        channels,
        offsets,
        null);
  }

  /** Whether no colour of a coarse grid moves by more than rounding. */
  private boolean isSrgb() {
    int channels = profile.getNumComponents();
    if (channels == 4) {
      return false;
    }
    int colors = channels == 1 ? 256 : STEPS * STEPS * STEPS;
    byte[] grid = new byte[channels * colors];
    for (int i = 0; i < colors; i++) {
      if (channels == 1) {
        grid[i] = (byte) i;
      } else {
        grid[3 * i] = level(i / STEPS / STEPS);
        grid[3 * i + 1] = level(i / STEPS % STEPS);
        grid[3 * i + 2] = level(i % STEPS);
      }
    }
    byte[] converted = toSrgb(grid, colors, 1);
    for (int i = 0; i < converted.length; i++) {
      int before = grid[channels == 1 ? i / 3 : i] & 0xFF;
      if (Math.abs((converted[i] & 0xFF) - before) > ROUNDING) {
        return false;
      }
    }
    return true;
  }

  private static byte level(int step) {
    return (byte) (255 * step / (STEPS - 1));
  }

  /** The text of the profile's description tag, old form (ASCII) or new (UTF-16). */
  private static String description(byte[] icc) {
    Bytes bytes = new Bytes(icc);
    try {
      long tags = bytes.u32(HEADER, false);
      for (long i = 0; i < tags; i++) {
        int tag = (int) (HEADER + 4 + i * TAG);
        if (bytes.starts(tag, 'd', 'e', 's', 'c')) {
          return text(icc, bytes, (int) bytes.u32(tag + 4L, false));
        }
      }
    } catch (RefusedImage | RuntimeException damaged) {
      // A profile without a readable name still converts.
    }
    return "unnamed";
  }

  private static String text(byte[] icc, Bytes bytes, int at) throws RefusedImage {
    if (bytes.starts(at, 'm', 'l', 'u', 'c')) {
      int length = (int) bytes.u32(at + 20L, false);
      int offset = (int) bytes.u32(at + 24L, false);
      return new String(icc, at + offset, length, StandardCharsets.UTF_16BE).strip();
    }
    int length = (int) bytes.u32(at + 8L, false);
    return new String(icc, at + 12, Math.max(0, length - 1), StandardCharsets.US_ASCII).strip();
  }
}
