package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import io.atelier.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The FLUX.1 transformer: velocity of the latents at one noise level (diffusers {@code
 * FluxTransformer2DModel}). Differentiable with respect to its inputs and to the low-rank branches
 * of its linear layers; its own weights are frozen. One thread at a time.
 */
public final class FluxTransformer implements AutoCloseable {
  static final double EPS = 1e-6;
  static final int MLP_RATIO = 4;

  private final TransformerConfig config;
  private final Parameters parameters;
  private final Linear imageIn;
  private final Linear textIn;
  private final Conditioning conditioning;
  private final List<DoubleBlock> doubleBlocks = new ArrayList<>();
  private final List<SingleBlock> singleBlocks = new ArrayList<>();
  private final Linear normOut;
  private final Linear imageOut;

  /**
   * Builds the network from {@code weights}, which it closes with itself.
   *
   * @throws AtelierException BAD_CHECKPOINT for a missing, misshapen or unknown tensor
   */
  public FluxTransformer(TransformerConfig config, Weights weights, Compute compute) {
    this.config = config;
    parameters = new Parameters(weights, compute);
    int width = config.innerDim();
    imageIn = parameters.linear("x_embedder", config.inChannels(), width);
    textIn = parameters.linear("context_embedder", config.jointAttentionDim(), width);
    conditioning = new Conditioning(parameters, config);
    for (int i = 0; i < config.numLayers(); i++) {
      doubleBlocks.add(new DoubleBlock(parameters, config, i));
    }
    for (int i = 0; i < config.numSingleLayers(); i++) {
      singleBlocks.add(new SingleBlock(parameters, config, i));
    }
    normOut = parameters.linear("norm_out.linear", width, 2 * width);
    imageOut = parameters.linear("proj_out", width, config.effectiveOutChannels());
    parameters.requireAllUsed();
  }

  /** The transformer of a checkpoint folder. */
  public static FluxTransformer load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      Weights weights = onFailure.add(checkpoint.weights(Component.TRANSFORMER));
      FluxTransformer result = new FluxTransformer(checkpoint.transformer(), weights, compute);
      onFailure.release();
      return result;
    }
  }

  /** Its sizes. */
  public TransformerConfig config() {
    return config;
  }

  /** Precision and device. */
  public Compute compute() {
    return parameters.compute();
  }

  /** Every linear layer by its diffusers module name, in the order of the forward pass. */
  public Map<String, Linear> linears() {
    return parameters.linears();
  }

  /**
   * The velocity.
   *
   * @param input is brought to this network's device and precision
   * @return [B, L, out channels] in this network's precision
   */
  public Tensor forward(TransformerInput input) {
    return forward(input, BlockProbe.NONE);
  }

  /** The same; {@code probe} sees the tokens after each block. */
  public Tensor forward(TransformerInput input, BlockProbe probe) {
    try (PointerScope scope = new PointerScope()) {
      Start start = start(input);
      Tokens tokens = doubleBlocks(start, probe);
      Tensor joint = singleBlocks(tokens.joint(), start, probe);
      return Scopes.keep(finish(joint, start.steer(), input.textLength()));
    }
  }

  /**
   * What the blocks start from.
   *
   * @param steer silu of the conditioning [B, width]
   * @param rotary the tokens' position embedding
   */
  record Start(Tokens tokens, Tensor steer, Tensor rotary) {}

  /** All before the first block; belongs to the caller's scope. */
  Start start(TransformerInput input) {
    requireGuidance(input.guidance());
    Tensor steer = conditioning.forward(input.sigma(), input.guidance(), own(input.pooled()));
    Tensor rotary = rotary(input.textIds(), input.imageIds());
    Tokens tokens =
        new Tokens(textIn.forward(own(input.t5())), imageIn.forward(own(input.latents())));
    return new Start(tokens, steer, rotary);
  }

  /** Double and single blocks together. */
  int blocks() {
    return doubleBlocks.size() + singleBlocks.size();
  }

  /** One block over the joint sequence [B, S + L, width], text first; double blocks come first. */
  Tensor block(int index, Tensor joint, Tensor steer, Tensor rotary, long textLength) {
    try (PointerScope scope = new PointerScope()) {
      if (index >= doubleBlocks.size()) {
        SingleBlock block = singleBlocks.get(index - doubleBlocks.size());
        return Scopes.keep(block.forward(joint, steer, rotary));
      }
      Tokens tokens = Tokens.split(joint, textLength);
      return Scopes.keep(doubleBlocks.get(index).forward(tokens, steer, rotary).joint());
    }
  }

  /** The velocity from the joint sequence after the last block. */
  Tensor finish(Tensor joint, Tensor steer, long textLength) {
    Tensor image = Tokens.split(joint, textLength).image();
    return imageOut.forward(normalised(image, steer));
  }

  /**
   * Forward pass, loss and backward pass: adds the gradients of {@code loss(velocity)} to those of
   * every leaf that takes part, as {@code loss.apply(forward(...)).backward()} does.
   *
   * @param checkpointing whether to keep only the tokens between blocks and compute every block
   *     twice: less memory, a third more computation, the same gradients
   * @param loss a scalar of the velocity
   * @return the loss, detached
   */
  public Tensor backward(
      TransformerInput input, boolean checkpointing, UnaryOperator<Tensor> loss) {
    try (PointerScope scope = new PointerScope()) {
      if (checkpointing) {
        Start start = start(input);
        return Scopes.keep(new CheckpointedPass(this, start).backward(loss));
      }
      Tensor value = loss.apply(forward(input));
      value.backward();
      return Scopes.keep(value.detach());
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private Tokens doubleBlocks(Start start, BlockProbe probe) {
    Tokens now = start.tokens();
    for (int i = 0; i < doubleBlocks.size(); i++) {
      Tokens next = doubleBlocks.get(i).forward(now, start.steer(), start.rotary());
      now.close();
      now = next;
      if (probe != BlockProbe.NONE) {
        probe.after("double" + i, now.joint());
      }
    }
    return now;
  }

  private Tensor singleBlocks(Tensor joint, Start start, BlockProbe probe) {
    Tensor now = joint;
    for (int i = 0; i < singleBlocks.size(); i++) {
      Tensor next = singleBlocks.get(i).forward(now, start.steer(), start.rotary());
      now.close();
      now = next;
      probe.after("single" + i, now);
    }
    return now;
  }

  /** diffusers' AdaLayerNormContinuous: here the scale comes before the shift. */
  private Tensor normalised(Tensor x, Tensor steer) {
    Tensor vectors = normOut.forward(steer);
    Tensor scale = vectors.narrow(1, 0, config.innerDim());
    Tensor shift = vectors.narrow(1, config.innerDim(), config.innerDim());
    return Layers.modulate(Layers.layerNorm(x, EPS), shift, scale);
  }

  private Tensor rotary(Tensor textIds, Tensor imageIds) {
    Tensor ids = Layers.cat(0, place(textIds), place(imageIds));
    return Rotary.table(ids, config.axesDimsRope());
  }

  /** A tensor in the precision and on the device of this network. */
  Tensor own(Tensor input) {
    return parameters.own(input);
  }

  private Tensor place(Tensor ids) {
    return parameters.own(ids, ScalarType.Float);
  }

  private void requireGuidance(Tensor guidance) {
    if (config.guidanceEmbeds() != (guidance != null)) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          config.guidanceEmbeds()
              ? "the transformer embeds guidance, but none is given; pass a guidance scale"
              : "guidance is given, but the transformer does not embed it; pass none");
    }
  }
}
