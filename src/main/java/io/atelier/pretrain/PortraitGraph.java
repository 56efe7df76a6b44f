package io.atelier.pretrain;

import io.atelier.nn.Torch;
import io.atelier.onnx.OnnxWriter;
import io.atelier.sample.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * {@link PortraitNetwork} as an ONNX file: input {@code pixel_values} [N, 3, 96, 96]; outputs
 * {@code embedding} [N, 128], then the logits of each probe under the name of its question with
 * underscores.
 */
final class PortraitGraph {
  private static final int STEM_SIDE = Sizes.SIDE / 2;

  private final OnnxWriter onnx = new OnnxWriter(PortraitNetwork.COMPONENT);
  private final Map<String, Tensor> weights;

  private PortraitGraph(Map<String, Tensor> weights) {
    this.weights = weights;
  }

  /** Writes the file. */
  static void write(Path file, Map<String, Tensor> weights) throws IOException {
    PortraitGraph graph = new PortraitGraph(weights);
    graph.build();
    graph.onnx.write(file);
  }

  private void build() {
    onnx.metadata("preprocessing", "RGB, 96 x 96, CLIP mean and deviation");
    String pixels = onnx.input("pixel_values", 3, Sizes.SIDE, Sizes.SIDE);
    int side = STEM_SIDE;
    String x = relu(conv(pixels, "stem", 2, 1));
    for (int i = 0; i < PortraitNetwork.WIDTHS.size(); i++) {
      side /= 2;
      x = block(x, "blocks." + i, side);
    }
    String pooled = onnx.node("Flatten", onnx.node("GlobalAveragePool", x));
    onnx.node(
        "embedding",
        "LpNormalization",
        List.of(linear("embedding.raw", pooled, "embedding")),
        Map.of("axis", -1L, "p", 2L));
    onnx.output("embedding", PortraitNetwork.EMBEDDING);
    for (Labels probe : Labels.PROBES) {
      String name = PortraitNetwork.name(probe);
      linear(name, pooled, "probes." + name);
      onnx.output(name, probe.classes());
    }
  }

  private String block(String x, String name, int side) {
    String y = relu(norm(conv(x, name + ".conv1", 2, 1), name + ".norm1", side));
    y = norm(conv(y, name + ".conv2", 1, 1), name + ".norm2", side);
    return relu(onnx.node("Add", y, conv(x, name + ".shortcut", 2, 0)));
  }

  private String relu(String x) {
    return onnx.node("Relu", x);
  }

  private String conv(String x, String name, long stride, long padding) {
    return onnx.node(
        "Conv",
        List.of(x, constant(name + ".weight"), constant(name + ".bias")),
        Map.of(
            "strides",
            new long[] {stride, stride},
            "pads",
            new long[] {padding, padding, padding, padding}));
  }

  /**
   * Group normalisation, which opset 17 lacks: instance normalisation of the groups as channels.
   */
  private String norm(String x, String name, int side) {
    int groups = (int) PortraitNetwork.GROUPS;
    long channels = weights.get(name + ".weight").size(0);
    float[] ones = new float[groups];
    Arrays.fill(ones, 1);
    String grouped = shape(name + ".groups", 0, groups, -1);
    String whole = shape(name + ".whole", 0, channels, side, side);
    String normed =
        onnx.node(
            "InstanceNormalization",
            List.of(
                onnx.node("Reshape", x, grouped),
                onnx.constant(name + ".ones", ones, groups),
                onnx.constant(name + ".zeros", new float[groups], groups)),
            Map.of("epsilon", (float) PortraitNetwork.EPS));
    String back = onnx.node("Reshape", normed, whole);
    String scaled = onnx.node("Mul", back, perChannel(name + ".weight", channels));
    return onnx.node("Add", scaled, perChannel(name + ".bias", channels));
  }

  private String shape(String name, long... sizes) {
    return onnx.constant(name, sizes, sizes.length);
  }

  private String perChannel(String name, long channels) {
    return onnx.constant(name, Torch.floats(weights.get(name)), channels, 1, 1);
  }

  private String linear(String output, String x, String name) {
    return onnx.node(
        output,
        "Gemm",
        List.of(x, constant(name + ".weight"), constant(name + ".bias")),
        Map.of("transB", 1L));
  }

  private String constant(String name) {
    Tensor values = weights.get(name);
    return onnx.constant(name, Torch.floats(values), values.shape());
  }
}
