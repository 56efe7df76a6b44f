package io.atelier.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds an ONNX model node by node (onnx.proto; operators of opset 17) and writes it. The first
 * axis of inputs and outputs is the batch, of any size.
 */
public final class OnnxWriter {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  // Fields of GraphProto, NodeProto, AttributeProto, TensorProto and ValueInfoProto.
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_NAME = 2;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int ATTRIBUTE_TYPE = 20;

  private final ProtoMessage graph = new ProtoMessage();
  private final Map<String, String> metadata = new TreeMap<>();
  private int nodes;

  /** A graph without nodes. */
  public OnnxWriter(String name) {
    graph.text(GRAPH_NAME, name);
  }

  /** An input [N, shape] in float32. Returns its name. */
  public String input(String name, long... shape) {
    graph.message(GRAPH_INPUT, value(name, shape));
    return name;
  }

  /** Says that the value of this name is an output [N, shape] in float32. */
  public void output(String name, long... shape) {
    graph.message(GRAPH_OUTPUT, value(name, shape));
  }

  /** Constants in float32. Returns their name. */
  public String constant(String name, float[] values, long... shape) {
    ByteBuffer raw = buffer(Float.BYTES * values.length);
    raw.asFloatBuffer().put(values);
    return constant(name, FLOAT, raw, shape);
  }

  /** Constants in int64. Returns their name. */
  public String constant(String name, long[] values, long... shape) {
    ByteBuffer raw = buffer(Long.BYTES * values.length);
    raw.asLongBuffer().put(values);
    return constant(name, INT64, raw, shape);
  }

  private String constant(String name, int type, ByteBuffer raw, long... shape) {
    ProtoMessage tensor = new ProtoMessage();
    Arrays.stream(shape).forEach(size -> tensor.number(1, size));
    tensor.number(2, type).text(8, name).bytes(9, raw.array());
    graph.message(GRAPH_INITIALIZER, tensor);
    return name;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A node without attributes. Returns the name of its output. */
  public String node(String operator, String... inputs) {
    return node(operator, List.of(inputs), Map.of());
  }

  /** A node with attributes, each a Long, a Float or a long[]. Returns the name of its output. */
  public String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    return node(operator + "_" + ++nodes, operator, inputs, attributes);
  }

  /** The same with a chosen name for the output. */
  public String node(
      String output, String operator, List<String> inputs, Map<String, Object> attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, operator);
    new TreeMap<>(attributes).forEach((name, value) -> node.message(5, attribute(name, value)));
    graph.message(GRAPH_NODE, node);
    return output;
  }

  private static ProtoMessage attribute(String name, Object value) {
    ProtoMessage attribute = new ProtoMessage().text(1, name);
    if (value instanceof Float real) {
      return attribute.real(2, real).number(ATTRIBUTE_TYPE, 1);
    }
    if (value instanceof Long number) {
      return attribute.number(3, number).number(ATTRIBUTE_TYPE, 2);
    }
    for (long number : (long[]) value) {
      attribute.number(8, number);
    }
    return attribute.number(ATTRIBUTE_TYPE, 7);
  }

  private static ProtoMessage value(String name, long... shape) {
    ProtoMessage dimensions = new ProtoMessage();
    dimensions.message(1, new ProtoMessage().text(2, "N"));
    for (long size : shape) {
      dimensions.message(1, new ProtoMessage().number(1, size));
    }
    ProtoMessage tensor = new ProtoMessage().number(1, FLOAT).message(2, dimensions);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
  }

  /** Something that a reader of the file should know. */
  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /** Writes the file as a whole or not at all. */
  public void write(Path file) throws IOException {
    ProtoMessage model =
        new ProtoMessage()
            .number(1, IR_VERSION)
            .text(2, "atelier")
            .message(7, graph)
            .message(8, new ProtoMessage().text(1, "").number(2, OPSET));
    metadata.forEach(
        (key, value) -> model.message(14, new ProtoMessage().text(1, key).text(2, value)));
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(unfinished, model.toBytes());
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
