package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Rgb;
import io.atelier.provenance.Hashes;
import io.atelier.vision.Embeddings;
import io.atelier.vision.VisionModel;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * A network that tells people apart: of a picture its output {@code embedding} is a direction,
 * alike for pictures of one person.
 *
 * @param folder of its files, see {@link VisionModel}, under the same path on every machine
 * @param revision hash of the files
 */
public record LikenessSpec(String folder, String revision) implements Serializable {
  private static final List<String> EMBEDDING = List.of("embedding");
  private static final int BLANK_SIDE = 64;

  /**
   * The network in a folder of this machine, tried out on a blank picture.
   *
   * @throws AtelierException NOT_FOUND naming the first file that is missing, BAD_CHECKPOINT for
   *     one that cannot be used
   */
  public static LikenessSpec of(Path folder) {
    String revision = Hashes.ofNamedFiles(VisionModel.present(folder, VisionModel.FILES));
    try (VisionModel model = VisionModel.open(folder, "cpu", 1)) {
      Rgb blank = new Rgb(new byte[3 * BLANK_SIDE * BLANK_SIDE], BLANK_SIDE, BLANK_SIDE);
      model.run(List.of(model.prepare(blank)), EMBEDDING);
    }
    return new LikenessSpec(folder.toString(), revision);
  }

  /** The folder's name. */
  public String name() {
    return String.valueOf(Path.of(folder).getFileName());
  }

  /** Names the likeness of a picture by this network. */
  public String likenessId(String requestId, String pixelSha256) {
    return Hashes.ofFields("likeness", requestId, pixelSha256, revision);
  }

  /** The driver has seen the files, so where one is missing the machine is at fault, no picture. */
  VisionModel open(String device, int threads) {
    try {
      return VisionModel.open(Path.of(folder), device, threads);
    } catch (AtelierException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          "this machine lacks the network that the driver has read: " + e.getMessage(),
          e);
    }
  }

  /** The direction of a picture, of length 1. */
  static float[] embedding(VisionModel model, Rgb picture) {
    return Embeddings.unit(model.run(List.of(model.prepare(picture)), EMBEDDING).get(0)[0]);
  }
}
