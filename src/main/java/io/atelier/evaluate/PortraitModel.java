package io.atelier.evaluate;

import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import io.atelier.onnx.BatchGraph;
import io.atelier.sample.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The network that looks at portraits of the drawn world ({@code models/atelier-tiny-identity}), on
 * ONNX Runtime: an embedding of who it is, and answers to {@link Labels#PROBES}. Pictures of any
 * size are prepared as for CLIP at 96 pixels.
 */
public final class PortraitModel implements AutoCloseable {
  private static final int SIDE = 96;
  private static final int BATCH = 64;
  private static final PixelValues PREPARED = PixelValues.clip(SIDE);
  private static final List<String> OUTPUTS =
      Stream.concat(
              Stream.of("embedding"),
              Labels.PROBES.stream().map(probe -> probe.name().replace(' ', '_')))
          .toList();

  private final BatchGraph graph;

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

  private PortraitModel(BatchGraph graph) {
    this.graph = graph;
  }

  /** Opens the file with one thread on the CPU. */
  public static PortraitModel open(Path file) {
    return new PortraitModel(BatchGraph.open(file, "cpu", 1));
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
    List<float[][]> outputs =
        graph.run(List.of(pictures.stream().map(PREPARED::values).toList()), OUTPUTS);
    List<Portrait> seen = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Map<String, Integer> answers = new TreeMap<>();
      for (int k = 1; k < OUTPUTS.size(); k++) {
        answers.put(Labels.PROBES.get(k - 1).name(), BatchGraph.greatest(outputs.get(k)[i]));
      }
      seen.add(new Portrait(outputs.get(0)[i], answers));
    }
    return seen;
  }

  @Override
  public void close() {
    graph.close();
  }
}
