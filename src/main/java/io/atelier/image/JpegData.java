package io.atelier.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Whether the compressed data of a JPEG are whole. OpenCV throws libjpeg's warnings away and
 * returns a picture with gray or torn parts. So {@link JpegScan} walks over the codes, and where
 * that leaves a doubt, or the file is progressive, the platform's own libjpeg reads it and its
 * warnings are listened to.
 */
final class JpegData {
  /**
   * Only every n-th pixel is kept: the data are decoded all the same, the picture is not wanted.
   */
  private static final int SUBSAMPLING = 16;

  private final ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
  private ReasonCode damage;

  private JpegData() {}

  static void requireWhole(byte[] data) throws RefusedImage {
    Optional<ReasonCode> damage = JpegScan.isWhole(data) ? Optional.empty() : damage(data);
    if (damage.isPresent()) {
      throw new RefusedImage(damage.get());
    }
  }

  /** What the platform's libjpeg finds damaged. */
  static Optional<ReasonCode> damage(byte[] data) {
    return new JpegData().read(data);
  }

  private Optional<ReasonCode> read(byte[] data) {
    reader.addIIOReadWarningListener((source, warning) -> note(warning));
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(SUBSAMPLING, SUBSAMPLING, 0, 0);
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
      reader.setInput(in, true, true);
      reader.readRaster(0, param);
    } catch (IOException | RuntimeException stricter) {
      // This reader refuses some files that OpenCV decodes well; OpenCV has the last word there.
      return Optional.ofNullable(damage);
    } finally {
      reader.dispose();
    }
    return Optional.ofNullable(damage);
  }

  /** Stray bytes between segments are common and harmless; these two are not. */
  private void note(String warning) {
    if (warning.contains("remature end")) {
      damage = ReasonCode.TRUNCATED;
    } else if (warning.contains("bad Huffman code") && damage == null) {
      damage = ReasonCode.CORRUPT;
    }
  }
}
