package io.atelier.report;

import io.atelier.error.AtelierException;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import java.io.IOException;

/**
 * A small upright copy of an image file, without its metadata: a photo may carry the place where it
 * was taken.
 */
final class Thumbnail {
  private static final long MOST_PIXELS = 100_000_000;

  private Thumbnail() {}

  /**
   * Reads and shrinks; never enlarges.
   *
   * @throws IOException with the reason for a person, whatever is wrong with the bytes
   */
  static Rgb read(ImageBytes source, int longSide) throws IOException {
    byte[] bytes;
    try {
      bytes = source.read();
    } catch (IOException | RuntimeException failed) {
      throw new IOException("The file cannot be read: " + failed.getMessage(), failed);
    }
    if (bytes == null) {
      throw new IOException("The file is not there.");
    }
    try {
      return Thumbnails.shrink(Decoder.decode(bytes, MOST_PIXELS).pixels(), longSide);
    } catch (AtelierException refused) {
      throw new IOException(sentence(refused), refused);
    }
  }

  /** The decoder's sentence for a person, which is the cause's. */
  private static String sentence(AtelierException refused) {
    Throwable cause = refused.getCause() == null ? refused : refused.getCause();
    return cause.getMessage();
  }
}
