package io.atelier.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** The curation images with their reference measurements. */
final class Golden {
  private static final String FOLDER = "/golden/curation/";

  private Golden() {}

  static byte[] image(String name) {
    return resource(FOLDER + "images/" + name);
  }

  static List<JsonNode> rows() {
    return list(FOLDER + "expected.json", "rows");
  }

  static List<JsonNode> list(String resource, String field) {
    try {
      JsonNode root = new ObjectMapper().readTree(resource(resource));
      return StreamSupport.stream(root.get(field).spliterator(), false).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] resource(String name) {
    try (InputStream in = Golden.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
