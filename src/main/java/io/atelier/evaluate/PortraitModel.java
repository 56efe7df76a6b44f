package io.atelier.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.atelier.image.ClipPixels;
import io.atelier.image.Rgb;
import io.atelier.onnx.OnnxGraph;
import io.atelier.sample.Labels;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The network that looks at portraits of the drawn world ({@code models/atelier-tiny-identity}), on
 * ONNX Runtime: an embedding of who it is, and answers to {@link Labels#PROBES}. Pictures of any
 * size are prepared as for CLIP at 96 pixels.
 */
public final class PortraitModel implements AutoCloseable {
  private static final int SIDE = 96;
  private static final int BATCH = 64;

  private final OnnxGraph graph;

  /**
   * What it sees on one picture.
   *
   * @param embedding of length 1; the scalar product with another one is their likeness, -1 to 1
   * @param answers the class by the name of the question
   */
  public record Portrait(float[] embedding, Map<String, Integer> answers) {

    /** Whether the answer to a question is the right one. */
    public boolean answers(Labels question, int right) {
      return answers.get(question.name()) == right;
    }
  }

  private PortraitModel(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Opens the file with one thread on the CPU. */
  public static PortraitModel open(Path file) {
    return new PortraitModel(OnnxGraph.open(file, "cpu", 1));
  }

  /** Looks at pictures; the results are in their order. */
  public List<Portrait> look(List<Rgb> pictures) {
    List<Portrait> seen = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += BATCH) {
      seen.addAll(batch(pictures.subList(from, Math.min(from + BATCH, pictures.size()))));
    }
    return seen;
  }

  private List<Portrait> batch(List<Rgb> pictures) {
    try (NDManager arrays = graph.arrays()) {
      FloatBuffer pixels = FloatBuffer.allocate(pictures.size() * 3 * SIDE * SIDE);
      pictures.forEach(picture -> pixels.put(ClipPixels.of(picture, SIDE)));
      NDArray input = arrays.create(pixels.array(), new Shape(pictures.size(), 3, SIDE, SIDE));
      input.setName("pixel_values");
      NDList outputs = graph.run(new NDList(input));
      float[][] embeddings = rows(outputs.get("embedding"));
      List<Portrait> seen = new ArrayList<>();
      for (float[] embedding : embeddings) {
        seen.add(new Portrait(embedding, new TreeMap<>()));
      }
      for (Labels probe : Labels.PROBES) {
        float[][] logits = rows(outputs.get(probe.name().replace(' ', '_')));
        for (int i = 0; i < logits.length; i++) {
          seen.get(i).answers().put(probe.name(), greatest(logits[i]));
        }
      }
      return seen;
    }
  }

  private static float[][] rows(NDArray matrix) {
    int rows = (int) matrix.getShape().get(0);
    int width = (int) matrix.getShape().get(1);
    float[] values = matrix.toFloatArray();
    float[][] result = new float[rows][];
    for (int i = 0; i < rows; i++) {
      result[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    return result;
  }

  private static int greatest(float... values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  @Override
  public void close() {
    graph.close();
  }
}
