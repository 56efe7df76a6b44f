package io.atelier.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A graph that takes rows of numbers and gives rows of numbers, in batches of any size: the first
 * axis of every input and output is the batch.
 */
public final class BatchGraph implements AutoCloseable {
  private final OnnxGraph graph;
  private final List<String> inputs;
  private final Map<String, long[]> shapes;

  private BatchGraph(OnnxGraph graph, Map<String, long[]> shapes) {
    this.graph = graph;
    this.inputs = List.copyOf(graph.inputs());
    this.shapes = shapes;
  }

  /** Opens a graph as {@link OnnxGraph#open} does. */
  public static BatchGraph open(Path file, String device, int threads) {
    OnnxGraph graph = OnnxGraph.open(file, device, threads);
    try {
      return new BatchGraph(graph, InputShapes.read(file));
    } catch (IOException e) {
      graph.close();
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT, "Cannot read " + file + ": " + e + "; export it again.", e);
    }
  }

  /** The names of its inputs, sorted. */
  public List<String> inputs() {
    return inputs;
  }

  /** The shape of an input: a size for every axis, -1 where any will do. */
  public long[] shape(String input) {
    return shapes.getOrDefault(input, new long[0]).clone();
  }

  /**
   * Computes outputs.
   *
   * @param rows for each input, in the order of their names, one array a row; pictures of a graph
   *     that leaves their size open are square
   * @param outputs an output is the one of that name, else the one at its place among those that
   *     have one vector a row
   * @return for each output one array a row
   * @throws AtelierException BAD_CHECKPOINT if the graph has other inputs or outputs
   */
  public List<float[][]> run(List<List<float[]>> rows, List<String> outputs) {
    return run(rows, outputs, false);
  }

  /**
   * Computes outputs as {@link #run} does, but only those of exactly these names.
   *
   * @throws AtelierException BAD_CHECKPOINT if the graph has other inputs, or lacks an output
   */
  public List<float[][]> runNamed(List<List<float[]>> rows, List<String> outputs) {
    return run(rows, outputs, true);
  }

  private List<float[][]> run(List<List<float[]>> rows, List<String> outputs, boolean byName) {
    if (rows.size() != inputs.size()) {
      throw bad("it takes the inputs " + inputs + ", not " + rows.size());
    }
    try (NDManager arrays = graph.arrays()) {
      NDList named = new NDList();
      for (int i = 0; i < inputs.size(); i++) {
        NDArray input = input(arrays, inputs.get(i), rows.get(i));
        input.setName(inputs.get(i));
        named.add(input);
      }
      return chosen(graph.run(named), outputs, rows.get(0).size(), byName);
    }
  }

  private NDArray input(NDManager arrays, String name, List<float[]> rows) {
    int size = rows.get(0).length;
    long[] shape = full(shape(name), size);
    shape[0] = rows.size();
    long expected = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    FloatBuffer all = FloatBuffer.allocate(rows.size() * size);
    for (float[] row : rows) {
      if (row.length != expected) {
        throw bad("%s takes %d numbers a row, not %d".formatted(name, expected, row.length));
      }
      all.put(row);
    }
    return arrays.create(all.array(), new Shape(shape));
  }

  private static long[] full(long[] shape, int size) {
    long[] full = shape.length == 0 ? new long[] {-1, -1} : shape;
    if (full.length == 4) {
      full[1] = full[1] < 0 ? 3 : full[1];
      long side = Math.round(Math.sqrt((double) size / full[1]));
      full[2] = full[2] < 0 ? side : full[2];
      full[3] = full[3] < 0 ? side : full[3];
    } else if (full.length == 2 && full[1] < 0) {
      full[1] = size;
    }
    return full;
  }

  private List<float[][]> chosen(NDList results, List<String> outputs, int rows, boolean byName) {
    List<NDArray> vectors =
        results.stream()
            .filter(array -> array.getShape().dimension() == 1 || array.getShape().dimension() == 2)
            .filter(array -> array.getShape().get(0) == rows)
            .toList();
    List<float[][]> chosen = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      NDArray named = results.get(outputs.get(i));
      if (named == null && (byName || i >= vectors.size())) {
        throw bad("it has no output " + outputs.get(i) + " with one vector a row");
      }
      chosen.add(rows(named == null ? vectors.get(i) : named, rows));
    }
    return chosen;
  }

  /** The index of the greatest of some values, the first of equal ones. */
  public static int greatest(float... values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static float[][] rows(NDArray batch, int rows) {
    float[] values = batch.toFloatArray();
    int width = values.length / rows;
    float[][] result = new float[rows][];
    for (int i = 0; i < rows; i++) {
      result[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    return result;
  }

  private AtelierException bad(String why) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT,
        "Cannot compute with " + graph.file() + ": " + why + "; export it again.");
  }

  @Override
  public void close() {
    graph.close();
  }
}
