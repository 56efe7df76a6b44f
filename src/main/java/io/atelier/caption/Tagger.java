package io.atelier.caption;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Rgb;
import io.atelier.onnx.BatchGraph;
import io.atelier.vision.VisionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@link VisionModel} with one or more questions about a picture, and the words for its answers.
 * The network gives the logits of each question's classes. Its folder also holds {@code tags.yaml}:
 * how sure it must be to say a thing, and for each output the phrase of each class, in their order,
 * an empty one for what is not worth saying, {@code {background}} for the colour of the background.
 */
final class Tagger implements AutoCloseable {
  private static final String TAGS = "tags.yaml";

  /** The files of its folder. */
  static final List<String> FILES =
      Stream.concat(VisionModel.FILES.stream(), Stream.of(TAGS)).toList();

  private final Path folder;
  private final Tags tags;
  private final VisionModel model;

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

  private Tagger(Path folder, Tags tags, VisionModel model) {
    this.folder = folder;
    this.tags = tags;
    this.model = model;
  }

  /**
   * Opens a folder.
   *
   * @throws AtelierException NOT_FOUND for a missing file, BAD_CHECKPOINT for one that cannot be
   *     used
   */
  static Tagger open(Path folder, String device, int threads) {
    Tags tags = read(folder.resolve(TAGS));
    if (tags == null || !tags.complete()) {
      throw bad(
          folder.resolve(TAGS),
          "it must give the certainty, above 0 and up to 1, and under outputs for each a list of"
              + " phrases, \"\" for none");
    }
    return new Tagger(folder, tags, VisionModel.open(folder, device, threads));
  }

  private static Tags read(Path file) {
    try {
      return new YAMLMapper().readValue(VisionModel.present(file).toFile(), Tags.class);
    } catch (IOException e) {
      throw bad(
          file,
          "it cannot be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** The phrases of what is surely seen, in the order of {@code tags.yaml}. */
  List<String> tags(Rgb picture) {
    List<String> outputs = List.copyOf(tags.outputs().keySet());
    List<float[][]> logits = model.run(List.of(model.prepare(picture)), outputs);
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

  private static AtelierException bad(Path file, String why) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, "Cannot use " + file + " of the tagger: " + why + ".");
  }

  @Override
  public void close() {
    model.close();
  }
}
