package io.atelier.flux;

import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import io.atelier.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The encoder of T5 v1.1 (transformers {@code T5EncoderModel}): RMS normalisation, relative
 * position bias shared by all layers, gated GELU, no biases. No attention mask: FLUX was trained
 * with padding attended.
 */
public final class T5Encoder implements AutoCloseable {
  private final Parameters parameters;
  private final Tensor tokenTable;
  private final RelativePositions positions;
  private final List<Layer> layers = new ArrayList<>();
  private final Tensor finalNorm;
  private final double eps;

  /** Builds the network from {@code weights}, which it closes with itself. */
  public T5Encoder(T5Config config, Weights weights, Compute compute) {
    parameters = new Parameters(weights, compute);
    int width = config.dModel();
    tokenTable =
        parameters.tied("shared.weight", "encoder.embed_tokens.weight", config.vocabSize(), width);
    positions = new RelativePositions(parameters, config);
    for (int i = 0; i < config.numLayers(); i++) {
      layers.add(new Layer(parameters, config, "encoder.block." + i + ".layer."));
    }
    finalNorm = parameters.tensor("encoder.final_layer_norm.weight", width);
    eps = config.layerNormEpsilon();
    parameters.requireAllUsed();
  }

  /** The second text encoder of a checkpoint folder. */
  public static T5Encoder load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      Weights weights = onFailure.add(checkpoint.weights(Component.TEXT_ENCODER_2));
      T5Encoder result = new T5Encoder(checkpoint.t5(), weights, compute);
      onFailure.release();
      return result;
    }
  }

  /** Encodes token ids [B, S], int64, to [B, S, width]. */
  public Tensor encode(Tensor ids) {
    try (PointerScope scope = new PointerScope()) {
      return Scopes.keep(forward(tokens(ids)));
    }
  }

  /**
   * Encodes one prompt, ids [1, S], with the first {@code count} of {@code vectors} [n, width] in
   * place of the tokens from position {@code from} on; gradients reach the vectors.
   */
  Tensor encode(Tensor ids, long from, long count, Tensor vectors) {
    try (PointerScope scope = new PointerScope()) {
      Tensor own = parameters.own(vectors).narrow(0, 0, count);
      return Scopes.keep(forward(Layers.replaced(tokens(ids), from, own)));
    }
  }

  /** The vocabulary's vectors [vocabulary, width]. */
  Tensor tokenTable() {
    return tokenTable;
  }

  private Tensor tokens(Tensor ids) {
    return torch.embedding(tokenTable, parameters.own(ids, ScalarType.Long));
  }

  private Tensor forward(Tensor tokens) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = tokens;
      Tensor bias = positions.bias(tokens.size(1));
      for (Layer layer : layers) {
        Tensor next = layer.forward(x, bias);
        x.close();
        x = next;
      }
      return Scopes.keep(Layers.rmsNorm(x, finalNorm, eps));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private static final class Layer {
    private final Tensor norm1;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Tensor norm2;
    private final Linear gate;
    private final Linear up;
    private final Linear down;
    private final int heads;
    private final double eps;

    Layer(Parameters p, T5Config config, String name) {
      int width = config.dModel();
      int inner = config.numHeads() * config.dKv();
      String attention = name + "0.SelfAttention.";
      String dense = name + "1.DenseReluDense.";
      norm1 = p.tensor(name + "0.layer_norm.weight", width);
      query = p.linearWithoutBias(attention + "q", width, inner);
      key = p.linearWithoutBias(attention + "k", width, inner);
      value = p.linearWithoutBias(attention + "v", width, inner);
      out = p.linearWithoutBias(attention + "o", inner, width);
      norm2 = p.tensor(name + "1.layer_norm.weight", width);
      gate = p.linearWithoutBias(dense + "wi_0", width, config.dFf());
      up = p.linearWithoutBias(dense + "wi_1", width, config.dFf());
      down = p.linearWithoutBias(dense + "wo", config.dFf(), width);
      heads = config.numHeads();
      eps = config.layerNormEpsilon();
    }

    Tensor forward(Tensor x, Tensor bias) {
      try (PointerScope scope = new PointerScope()) {
        Tensor n = Layers.rmsNorm(x, norm1, eps);
        Tensor q = Layers.heads(query.forward(n), heads);
        Tensor k = Layers.heads(key.forward(n), heads);
        Tensor v = Layers.heads(value.forward(n), heads);
        Tensor y = x.add(out.forward(Layers.biasedAttention(q, k, v, bias)));
        Tensor m = Layers.rmsNorm(y, norm2, eps);
        Tensor hidden = Layers.geluTanh(gate.forward(m)).mul(up.forward(m));
        return Scopes.keep(y.add(down.forward(hidden)));
      }
    }
  }
}
