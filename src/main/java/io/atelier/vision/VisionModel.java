package io.atelier.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import io.atelier.onnx.BatchGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An ONNX network that takes pictures: a folder with {@code model.onnx}, which has one input for
 * them, and {@code preprocessor_config.json} as transformers writes it.
 */
public final class VisionModel implements AutoCloseable {
  private static final String MODEL = "model.onnx";

  /** The files of its folder. */
  public static final List<String> FILES = List.of(MODEL, PixelValues.FILE);

  private final PixelValues prepared;
  private final BatchGraph graph;

  private VisionModel(PixelValues prepared, BatchGraph graph) {
    this.prepared = prepared;
    this.graph = graph;
  }

  /**
   * Opens a folder.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @throws AtelierException NOT_FOUND for a missing file, BAD_CHECKPOINT for one that cannot be
   *     used
   */
  public static VisionModel open(Path folder, String device, int threads) {
    Path preparation = present(folder.resolve(PixelValues.FILE));
    PixelValues prepared = PixelValues.of(json(preparation), preparation.toString());
    return new VisionModel(
        prepared, BatchGraph.open(present(folder.resolve(MODEL)), device, threads));
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          "Cannot use %s: it cannot be read: %s."
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /**
   * Some files of a model's folder.
   *
   * @throws AtelierException NOT_FOUND naming the first that is missing
   */
  public static List<Path> present(Path folder, List<String> names) {
    return names.stream().map(name -> present(folder.resolve(name))).toList();
  }

  /**
   * The file itself.
   *
   * @throws AtelierException NOT_FOUND if it is missing
   */
  public static Path present(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "Cannot read %s: it is missing; the folder of a network that looks at pictures must hold it (caption.tagger_folder, generate.likeness_folder)."
              .formatted(file));
    }
    return file;
  }

  /** A picture as the network wants it: 3 × height × width values, red plane first. */
  public float[] prepare(Rgb picture) {
    return prepared.values(picture);
  }

  /**
   * What the network says.
   *
   * @param pictures prepared ones of one size, one batch
   * @param outputs names of outputs with one vector a picture
   * @return for each output one vector a picture
   * @throws AtelierException BAD_CHECKPOINT if it lacks an output
   */
  public List<float[][]> run(List<float[]> pictures, List<String> outputs) {
    return graph.runNamed(List.of(pictures), outputs);
  }

  @Override
  public void close() {
    graph.close();
  }
}
