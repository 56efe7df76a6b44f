package io.atelier.caption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import io.atelier.onnx.BatchGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * An ONNX classifier with one or more questions about a picture, and the words for its answers. Its
 * folder holds {@code model.onnx}, which takes pictures and gives the logits of each question's
 * classes; {@code preprocessor_config.json} as transformers writes it; and {@code tags.yaml}: how
 * sure it must be to say a thing, and for each output the phrase of each class, in their order, an
 * empty one for what is not worth saying, {@code {background}} for the colour of the background.
 */
final class Tagger implements AutoCloseable {
  private static final String MODEL = "model.onnx";
  private static final String TAGS = "tags.yaml";

  /** The files of its folder. */
  static final List<String> FILES = List.of(MODEL, PixelValues.FILE, TAGS);

  private final Path folder;
  private final Tags tags;
  private final PixelValues prepared;
  private final BatchGraph graph;

  /**
   * What is in {@code tags.yaml}.
   *
   * @param certainty least probability of an answer that is said, 0 to 1
   * @param outputs phrases of the classes by the output's name
   */
  record Tags(double certainty, LinkedHashMap<String, List<String>> outputs) {
    boolean complete() {
      return certainty > 0
          && certainty <= 1
          && outputs != null
          && !outputs.isEmpty()
          && outputs.values().stream()
              .allMatch(phrases -> phrases != null && !phrases.contains(null));
    }
  }

  private Tagger(Path folder, Tags tags, PixelValues prepared, BatchGraph graph) {
    this.folder = folder;
    this.tags = tags;
    this.prepared = prepared;
    this.graph = graph;
  }

  /**
   * Opens a folder.
   *
   * @throws AtelierException NOT_FOUND for a missing file, BAD_CHECKPOINT for one that cannot be
   *     used
   */
  static Tagger open(Path folder, String device, int threads) {
    Tags tags = read(new YAMLMapper(), folder.resolve(TAGS), Tags.class);
    if (tags == null || !tags.complete()) {
      throw bad(
          folder.resolve(TAGS),
          "it must give the certainty, above 0 and up to 1, and under outputs for each a list of"
              + " phrases, \"\" for none");
    }
    Path preparation = present(folder.resolve(PixelValues.FILE));
    PixelValues prepared =
        PixelValues.of(
            read(new ObjectMapper(), preparation, JsonNode.class), preparation.toString());
    BatchGraph graph = BatchGraph.open(present(folder.resolve(MODEL)), device, threads);
    return new Tagger(folder, tags, prepared, graph);
  }

  private static <T> T read(ObjectMapper mapper, Path file, Class<T> type) {
    try {
      return mapper.readValue(present(file).toFile(), type);
    } catch (IOException e) {
      throw bad(
          file,
          "it cannot be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** The phrases of what is surely seen, in the order of {@code tags.yaml}. */
  List<String> tags(Rgb picture) {
    List<String> outputs = List.copyOf(tags.outputs().keySet());
    List<float[][]> logits = graph.runNamed(List.of(List.of(prepared.values(picture))), outputs);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      String phrase = phrase(outputs.get(i), logits.get(i)[0]);
      if (!phrase.isBlank()) {
        said.add(phrase);
      }
    }
    return said;
  }

  private String phrase(String output, float... logits) {
    List<String> phrases = tags.outputs().get(output);
    if (phrases.size() != logits.length) {
      throw bad(
          folder.resolve(TAGS),
          "output %s of the model has %d classes, and there are %d phrases for it"
              .formatted(output, logits.length, phrases.size()));
    }
    int best = BatchGraph.greatest(logits);
    double others = 0;
    for (float logit : logits) {
      others += Math.exp(logit - logits[best]);
    }
    return 1 / others >= tags.certainty() ? phrases.get(best) : "";
  }

  /** The folder's name. */
  String name() {
    return String.valueOf(folder.getFileName());
  }

  /** A file that is there. */
  static Path present(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "Cannot read %s: it is missing. caption.tagger_folder must hold %s."
              .formatted(file, String.join(", ", FILES)));
    }
    return file;
  }

  private static AtelierException bad(Path file, String why) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, "Cannot use " + file + " of the tagger: " + why + ".");
  }

  @Override
  public void close() {
    graph.close();
  }
}
