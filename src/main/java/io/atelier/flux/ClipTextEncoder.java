package io.atelier.flux;

import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Norm;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * CLIP's text encoder (transformers {@code CLIPTextModel}), of which FLUX uses the pooled vector.
 * Padding is attended; a position sees itself and those before it.
 */
public final class ClipTextEncoder implements AutoCloseable {
  /** Published configurations with this end token pool at the largest id instead. */
  private static final int LEGACY_EOS = 2;

  private final ClipConfig config;
  private final Parameters parameters;
  private final Tensor tokenTable;
  private final Tensor positionTable;
  private final List<Layer> layers = new ArrayList<>();
  private final Norm finalNorm;

  /**
   * What the encoder gives.
   *
   * @param hidden [B, S, width], after the last normalisation
   * @param pooled [B, width], the hidden state at the end token
   */
  public record Output(Tensor hidden, Tensor pooled) {}

  /** Builds the network from {@code weights}, which it closes with itself. */
  public ClipTextEncoder(ClipConfig config, Weights weights, Compute compute) {
    this.config = config;
    parameters = new Parameters(weights, compute);
    long width = config.hiddenSize();
    tokenTable = parameters.tensor("embeddings.token_embedding.weight", config.vocabSize(), width);
    positionTable =
        parameters.tensor(
            "embeddings.position_embedding.weight", config.maxPositionEmbeddings(), width);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(parameters, config, "encoder.layers." + i));
    }
    finalNorm = Norm.of(parameters, "final_layer_norm", width);
    parameters.requireAllUsed();
  }

  /** The text encoder of a checkpoint folder. */
  public static ClipTextEncoder load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      Weights weights = onFailure.add(checkpoint.weights(Component.TEXT_ENCODER));
      ClipTextEncoder result = new ClipTextEncoder(checkpoint.clip(), weights, compute);
      onFailure.release();
      return result;
    }
  }

  /** Encodes token ids [B, S], int64, S at most the number of learned positions. */
  public Output encode(Tensor ids) {
    try (PointerScope scope = new PointerScope()) {
      return keep(encode(tokens(ids), ids));
    }
  }

  /**
   * Encodes one prompt, ids [1, S], with the first {@code count} of {@code vectors} [n, width] in
   * place of the tokens from position {@code from} on; gradients reach the vectors.
   */
  Output encode(Tensor ids, long from, long count, Tensor vectors) {
    try (PointerScope scope = new PointerScope()) {
      Tensor own = parameters.own(vectors).narrow(0, 0, count);
      return keep(encode(Layers.replaced(tokens(ids), from, own), ids));
    }
  }

  /** The vocabulary's vectors [vocabulary, width]. */
  Tensor tokenTable() {
    return tokenTable;
  }

  private Tensor tokens(Tensor ids) {
    return torch.embedding(tokenTable, parameters.own(ids, ScalarType.Long));
  }

  private static Output keep(Output output) {
    return new Output(Scopes.keep(output.hidden()), Scopes.keep(output.pooled()));
  }

  private Output encode(Tensor tokens, Tensor ids) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = tokens.add(positionTable.narrow(0, 0, ids.size(1)));
      for (Layer layer : layers) {
        x = layer.forward(x);
      }
      Tensor hidden = finalNorm.layer(x, config.layerNormEps());
      return new Output(Scopes.keep(hidden), Scopes.keep(pooled(hidden, ids)));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private Tensor pooled(Tensor hidden, Tensor ids) {
    int length = (int) ids.size(1);
    long[] flat = Torch.longs(ids);
    Tensor[] rows = new Tensor[(int) ids.size(0)];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = hidden.select(0, b).narrow(0, end(flat, b * length, length), 1);
    }
    return Layers.cat(0, rows);
  }

  /** Position of the first end token, or in the legacy case of the first largest id. */
  private int end(long[] ids, int from, int length) {
    int best = 0;
    for (int i = 0; i < length; i++) {
      long id = ids[from + i];
      if (config.eosTokenId() != LEGACY_EOS && id == config.eosTokenId()) {
        return i;
      }
      if (config.eosTokenId() == LEGACY_EOS && id > ids[from + best]) {
        best = i;
      }
    }
    return best;
  }

  private static final class Layer {
    private final Norm norm1;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Norm norm2;
    private final Linear up;
    private final Linear down;
    private final ClipConfig config;

    Layer(Parameters p, ClipConfig config, String name) {
      int width = config.hiddenSize();
      norm1 = Norm.of(p, name + ".layer_norm1", width);
      query = p.linear(name + ".self_attn.q_proj", width, width);
      key = p.linear(name + ".self_attn.k_proj", width, width);
      value = p.linear(name + ".self_attn.v_proj", width, width);
      out = p.linear(name + ".self_attn.out_proj", width, width);
      norm2 = Norm.of(p, name + ".layer_norm2", width);
      up = p.linear(name + ".mlp.fc1", width, config.intermediateSize());
      down = p.linear(name + ".mlp.fc2", config.intermediateSize(), width);
      this.config = config;
    }

    Tensor forward(Tensor x) {
      try (PointerScope scope = new PointerScope()) {
        int heads = config.numAttentionHeads();
        Tensor n = norm1.layer(x, config.layerNormEps());
        Tensor q = Layers.heads(query.forward(n), heads);
        Tensor k = Layers.heads(key.forward(n), heads);
        Tensor v = Layers.heads(value.forward(n), heads);
        Tensor y = x.add(out.forward(Layers.causalAttention(q, k, v)));
        Tensor hidden = up.forward(norm2.layer(y, config.layerNormEps()));
        return Scopes.keep(y.add(down.forward(quickGelu(hidden))));
      }
    }

    private static Tensor quickGelu(Tensor x) {
      return x.mul(torch.sigmoid(x.mul(new Scalar(1.702))));
    }
  }
}
