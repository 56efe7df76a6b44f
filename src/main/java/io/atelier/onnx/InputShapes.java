package io.atelier.onnx;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads from an ONNX file what shapes its inputs have, which DJL does not tell; weights are
 * skipped. Parts of a message are found by their field in onnx.proto.
 */
final class InputShapes {
  private static final int BYTES = 2;
  private static final int GRAPH = 7;
  private static final int GRAPH_INPUT = 11;

  private final InputStream in;
  private long position;

  private InputShapes(InputStream in) {
    this.in = in;
  }

  /**
   * A size for every axis of every input, -1 where any will do; no axis where the file says none.
   */
  static Map<String, long[]> read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      InputShapes message = new InputShapes(in);
      return message.inputs(message.enter(GRAPH, Files.size(file)));
    }
  }

  private Map<String, long[]> inputs(long graph) throws IOException {
    Map<String, long[]> shapes = new TreeMap<>();
    for (long input = enter(GRAPH_INPUT, graph); input >= 0; input = enter(GRAPH_INPUT, graph)) {
      String name = text(enter(1, input));
      long tensor = enter(1, enter(2, input));
      long shape = enter(2, tensor);
      List<Long> sizes = new ArrayList<>();
      for (long axis = enter(1, shape); axis >= 0; axis = enter(1, shape)) {
        sizes.add(size(axis));
      }
      shapes.put(name, sizes.stream().mapToLong(Long::longValue).toArray());
      skip(input - position);
    }
    return shapes;
  }

  /** Moves into the next part of this field; returns where it ends, -1 if there is none before. */
  private long enter(int field, long end) throws IOException {
    while (position < end) {
      long tag = varint();
      if (tag == (field << 3 | BYTES)) {
        long length = varint();
        return position + length;
      }
      skipValue(tag);
    }
    return -1;
  }

  private long size(long end) throws IOException {
    long size = -1;
    while (position < end) {
      long tag = varint();
      if (tag == 1 << 3) {
        size = varint();
      } else {
        skipValue(tag);
      }
    }
    return size;
  }

  private void skipValue(long tag) throws IOException {
    switch ((int) (tag & 7)) {
      case 0 -> varint();
      case 1 -> skip(Long.BYTES);
      case BYTES -> skip(varint());
      case 5 -> skip(Integer.BYTES);
      default -> throw new IOException("wire type " + (tag & 7));
    }
  }

  private String text(long end) throws IOException {
    byte[] bytes = in.readNBytes((int) (end - position));
    position = end;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
    position += Math.max(0, bytes);
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.read();
      position++;
      if (next < 0) {
        throw new IOException("the file ends too early");
      }
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }
}
