package io.atelier.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** The EXIF orientation tag 0x0112: how the stored pixels must be turned to stand upright. */
final class Orientation {
  private static final int UPRIGHT = 1;

  private Orientation() {}

  /** The tag, 1 to 8. Missing, malformed and out of range mean 1: never a reason to refuse. */
  static int of(byte[] bytes, ImageFormat format) {
    int tag;
    try {
      tag = format == ImageFormat.TIFF ? TiffFile.orientation(bytes) : exif(bytes);
    } catch (ImageProcessingException | IOException | RefusedImage | RuntimeException malformed) {
      return UPRIGHT;
    }
    return tag >= 1 && tag <= 8 ? tag : UPRIGHT;
  }

  private static int exif(byte[] bytes) throws ImageProcessingException, IOException {
    Metadata metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(bytes));
    for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
      Integer tag = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      if (tag != null) {
        return tag;
      }
    }
    return UPRIGHT;
  }

  /** Applies a tag: 2, 4, 5, 7 mirror; 3, 6, 8 rotate; 5 to 8 swap the sides. */
  static Rgb apply(Rgb stored, int tag) {
    if (tag == UPRIGHT) {
      return stored;
    }
    int w = stored.width();
    int h = stored.height();
    boolean swap = tag >= 5;
    int outWidth = swap ? h : w;
    int outHeight = swap ? w : h;
    byte[] in = stored.bytes();
    byte[] out = new byte[in.length];
    for (int y = 0; y < outHeight; y++) {
      int first = source(tag, 0, y, w, h);
      int step = 3 * (source(tag, 1, y, w, h) - first);
      for (int to = 3 * y * outWidth, from = 3 * first; to < 3 * (y + 1) * outWidth; to += 3) {
        out[to] = in[from];
        out[to + 1] = in[from + 1];
        out[to + 2] = in[from + 2];
        from += step;
      }
    }
    return new Rgb(out, outWidth, outHeight);
  }

  /** The place of the stored pixel that comes to stand at x, y. */
  private static int source(int tag, int x, int y, int w, int h) {
    int sx =
        switch (tag) {
          case 2, 3 -> w - 1 - x;
          case 5, 6 -> y;
          case 7, 8 -> w - 1 - y;
          default -> x;
        };
    int sy =
        switch (tag) {
          case 3, 4 -> h - 1 - y;
          case 5, 8 -> x;
          case 6, 7 -> h - 1 - x;
          default -> y;
        };
    return sy * w + sx;
  }
}
