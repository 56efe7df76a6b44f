package io.atelier.caption.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.PixelValues;
import io.atelier.onnx.OnnxGraph;
import io.atelier.provenance.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one exported model: graphs in it or in its folder {@code onnx}, configuration and
 * tokenizer beside them.
 */
public final class ModelFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final boolean florence;

  /**
   * A folder with one of the two layouts.
   *
   * @throws AtelierException NOT_FOUND naming the first file that is missing
   */
  public ModelFolder(Path folder) {
    this.folder = folder;
    this.florence = Files.isRegularFile(graph("vision_encoder.onnx"));
    files();
  }

  /** Whether it has Florence-2's four graphs, and not Optimum's encoder and decoder. */
  boolean isFlorence() {
    return florence;
  }

  /** Whether one decoder graph serves the first step and the later ones. */
  boolean isMerged() {
    return Files.isRegularFile(graph("decoder_model_merged.onnx"));
  }

  /** SHA-256 over all files that an answer depends on, in hexadecimal. */
  public String hash() {
    return Hashes.ofNamedFiles(files());
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    List<String> graphs = new ArrayList<>(List.of("encoder_model.onnx"));
    if (florence) {
      graphs.addAll(List.of("vision_encoder.onnx", "embed_tokens.onnx"));
    }
    if (florence || isMerged()) {
      graphs.add("decoder_model_merged.onnx");
    } else {
      graphs.addAll(List.of("decoder_model.onnx", "decoder_with_past_model.onnx"));
    }
    for (String name : graphs) {
      Path graph = present(graph(name));
      files.add(graph);
      files.addAll(data(graph));
    }
    for (String name :
        List.of("config.json", "generation_config.json", PixelValues.FILE, "tokenizer.json")) {
      files.add(present(folder.resolve(name)));
    }
    Path tokenizer = folder.resolve("tokenizer_config.json");
    if (Files.isRegularFile(tokenizer)) {
      files.add(tokenizer);
    }
    return files;
  }

  /** What does not fit into the 2 GiB of a graph: {@code .onnx_data}, {@code .onnx_data_1}, ... */
  private static List<Path> data(Path graph) {
    String name = graph.getFileName().toString();
    try (Stream<Path> files = Files.list(graph.getParent())) {
      return files
          .filter(file -> file.getFileName().toString().matches(Pattern.quote(name) + "[._]data.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw missing(graph.getParent(), e.getMessage());
    }
  }

  private static Path present(Path file) {
    if (!Files.isRegularFile(file)) {
      throw missing(file, "it is missing");
    }
    return file;
  }

  private static AtelierException missing(Path file, String why) {
    return new AtelierException(
        ErrorCode.NOT_FOUND,
        "Cannot read "
            + file
            + " of the captioner: "
            + why
            + ". caption.onnx_folder must hold a model that Optimum exported with its text"
            + " generation cache, or Florence-2's four graphs, with config.json,"
            + " generation_config.json, preprocessor_config.json and tokenizer.json.");
  }

  private Path graph(String name) {
    Path inside = folder.resolve("onnx").resolve(name);
    return Files.isRegularFile(inside) ? inside : folder.resolve(name);
  }

  /** Opens one of the graphs. */
  OnnxGraph open(String name, String device, int threads) {
    return OnnxGraph.open(present(graph(name)), device, threads);
  }

  /** Where a configuration file lies. */
  Path path(String name) {
    return present(folder.resolve(name));
  }

  /** One of the JSON files; an empty object if it may be missing and is. */
  JsonNode json(String name, boolean optional) {
    Path file = folder.resolve(name);
    if (optional && !Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(present(file).toFile());
    } catch (IOException e) {
      throw bad(file, "it is no JSON");
    }
  }

  /** How a picture is prepared for the vision encoder. */
  PixelValues pixelValues() {
    return PixelValues.of(json(PixelValues.FILE, false), path(PixelValues.FILE).toString());
  }

  /** The error of a file that cannot be used. */
  AtelierException bad(Path file, String why) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, "Cannot use " + file + " of the captioner: " + why + ".");
  }
}
