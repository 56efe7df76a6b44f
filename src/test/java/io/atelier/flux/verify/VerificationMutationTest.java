package io.atelier.flux.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.Checkpoint;
import io.atelier.nn.Compute;
import io.atelier.nn.Layers;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verification finds the mistakes that implementations of FLUX make. */
class VerificationMutationTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/flux-dev");
  private static final int HEADS = 2;
  private static final int HEAD_SIZE = 16;

  @TempDir Path temp;
  private Path checkpoint;
  private Path cases;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @BeforeEach
  void copies() throws IOException {
    checkpoint = Mutant.copy(GOLDEN.resolve("checkpoint"), temp.resolve("checkpoint"));
    cases = Files.createDirectory(temp.resolve("cases"));
  }

  @Test
  void theUnchangedCopyPasses() {
    assertThat(replay("transformer").pass()).isTrue();
  }

  @Test
  void namesTheBlockAfterWhichTheErrorStarts() {
    change("single_transformer_blocks.1.proj_out.weight", VerificationMutationTest::nudge);
    fails("transformer", "the error starts after single1");
  }

  @Test
  void namesTheFirstOfSeveralWrongBlocks() {
    change("transformer_blocks.1.ff_context.net.2.weight", VerificationMutationTest::nudge);
    fails("transformer", "the error starts after double1");
  }

  @Test
  void findsShiftAndScaleSwappedInTheOutput() {
    change("norm_out.linear.weight", w -> halvesSwapped(w, 0));
    change("norm_out.linear.bias", b -> halvesSwapped(b, 0));
    fails("transformer", "after the last block, in norm_out or proj_out");
  }

  @Test
  void findsShiftAndScaleSwappedInABlock() {
    change("single_transformer_blocks.0.norm.linear.weight", this::shiftAndScaleSwapped);
    change("single_transformer_blocks.0.norm.linear.bias", this::shiftAndScaleSwapped);
    fails("transformer", "the error starts after single0");
  }

  @Test
  void findsSineBeforeCosineInTheTimeStep() {
    change("time_text_embed.timestep_embedder.linear_1.weight", w -> halvesSwapped(w, 1));
    fails("transformer", "the error starts after double0");
  }

  /** Moving the channels of queries and keys alike changes only which of them rotate together. */
  @Test
  void findsRotationOfHalvesInsteadOfNeighbours() {
    String attn = "single_transformer_blocks.0.attn.";
    for (String layer : List.of("to_q.weight", "to_k.weight", "to_q.bias", "to_k.bias")) {
      change(attn + layer, w -> neighboursToHalves(w, HEADS));
    }
    for (String norm : List.of("norm_q.weight", "norm_k.weight")) {
      change(attn + norm, w -> neighboursToHalves(w, 1));
    }
    fails("transformer", "the error starts after single0");
  }

  @Test
  void findsPositionsGivenInTheOrderImageThenText() {
    changeCase(
        "transformer",
        t -> {
          Tensor image = t.get("in.img_ids");
          t.put("in.img_ids", t.get("in.txt_ids"));
          t.put("in.txt_ids", image);
        });
    fails("transformer", "the error starts after double0");
  }

  @Test
  void findsMaskedPadding() {
    changeCase("transformer", t -> t.get("in.encoder_hidden_states").narrow(1, 12, 12).zero_());
    fails("transformer", "the error starts after double0");
  }

  @Test
  void findsMissingGuidance() {
    changeCase("transformer", t -> t.remove("in.guidance"));
    fails("transformer", "guidance");
  }

  @Test
  void findsAnotherGuidance() {
    changeCase("transformer", t -> t.get("in.guidance").add_(new Scalar(1.0)));
    fails("transformer", "the error starts after double0");
  }

  @Test
  void findsAResultThatIsNoNumber() {
    change("proj_out.bias", b -> b.mul(new Scalar(Double.NaN)));
    fails("transformer", "out.sample is off by NaN");
  }

  @Test
  void findsOneWrongToken() {
    changeCase("tokens", t -> t.get("out.t5_ids").select(0, 3).select(0, 2).add_(new Scalar(1)));
    fails("tokens", "out.t5_ids");
  }

  @Test
  void findsNoiseThatIsOffByTheLastBit() {
    changeCase(
        "pipeline_seed42", t -> t.get("out.noise").select(1, 0).mul_(new Scalar(1 + 1.2e-7)));
    fails("pipeline_seed42", "out.noise");
  }

  @Test
  void findsBytesThatAreOffByTwo() {
    changeCase("pipeline", t -> bumpBytes(t, 1, 2));
    fails("pipeline", "out.bytes");
  }

  @Test
  void findsTooManyBytesThatAreOffByOne() {
    changeCase("pipeline", t -> bumpBytes(t, 25, 1));
    fails("pipeline", "out.bytes");
  }

  @Test
  void findsAWrongWeightInEveryOtherNetwork() {
    String block = "encoder.block.1.layer.0.SelfAttention.o.weight";
    Mutant.change(checkpoint.resolve("text_encoder_2"), block, VerificationMutationTest::nudge);
    fails("t5_encoder", "out.hidden");
    String layer = "text_model.encoder.layers.2.mlp.fc2.bias";
    Mutant.change(checkpoint.resolve("text_encoder"), layer, VerificationMutationTest::nudge);
    fails("clip_text", "out.hidden");
    Mutant.change(
        checkpoint.resolve("vae"), "decoder.conv_out.bias", VerificationMutationTest::nudge);
    fails("vae", "out.decoded");
  }

  @Test
  void findsATensorThatTheKindDoesNotKnow() {
    changeCase("packing", t -> t.put("in.mask", t.get("in.latents").clone()));
    fails("packing", "unknown to this kind of case: in.mask");
  }

  @Test
  void findsAnOutputThatTheModelDoesNotHave() {
    changeCase("transformer", t -> t.put("out.single2", t.get("out.single1").clone()));
    fails("transformer", "unknown to this kind of case: out.single2");
  }

  @Test
  void findsACheckpointOfOtherSizes() {
    changeCase("transformer", t -> t.put("in.hidden_states", t.get("in.img_ids").unsqueeze(0)));
    fails("transformer", "it does not run");
  }

  private void change(String name, UnaryOperator<Tensor> change) {
    Mutant.change(checkpoint.resolve("transformer"), name, change);
  }

  private void changeCase(String name, Consumer<SortedMap<String, Tensor>> change) {
    Mutant.rewrite(caseFile(name), change);
  }

  private Path caseFile(String name) {
    Path copy = cases.resolve(name + ".safetensors");
    try {
      if (!Files.exists(copy)) {
        Files.copy(GOLDEN.resolve("cases").resolve(copy.getFileName()), copy);
      }
      return copy;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private CaseResult replay(String name) {
    String file = caseFile(name).getFileName().toString();
    Verification verification =
        new Verification(
            Checkpoint.open(checkpoint),
            Compute.CPU_FLOAT32,
            OptionalDouble.empty(),
            Verification.fluxKinds());
    return verification.run(cases, Set.of()).stream()
        .filter(result -> result.file().equals(file))
        .findFirst()
        .orElseThrow();
  }

  private void fails(String name, String reason) {
    CaseResult result = replay(name);
    assertThat(result.detail()).contains(reason);
    assertThat(result.pass()).isFalse();
  }

  private static Tensor nudge(Tensor weight) {
    weight.flatten().select(0, 0).add_(new Scalar(0.1));
    return weight;
  }

  private static Tensor halvesSwapped(Tensor weight, long axis) {
    long half = weight.size(axis) / 2;
    return Layers.cat(axis, weight.narrow(axis, half, half), weight.narrow(axis, 0, half));
  }

  private Tensor shiftAndScaleSwapped(Tensor weight) {
    long third = weight.size(0) / 3;
    return Layers.cat(
        0,
        weight.narrow(0, third, third),
        weight.narrow(0, 0, third),
        weight.narrow(0, 2 * third, third));
  }

  private static Tensor neighboursToHalves(Tensor weight, int heads) {
    Tensor pairs = weight.unflatten(0, heads, 2, HEAD_SIZE / 2);
    return pairs.transpose(1, 2).reshape(weight.shape());
  }

  private static void bumpBytes(SortedMap<String, Tensor> tensors, int count, int by) {
    // Away from the ends of the range, so that adding does not wrap around.
    Tensor bytes = tensors.get("out.bytes").flatten();
    byte[] values = Torch.bytes(bytes);
    int done = 0;
    for (int i = 0; i < values.length && done < count; i++) {
      int value = values[i] & 0xff;
      if (value > 10 && value < 240) {
        values[i] = (byte) (value + by);
        done++;
      }
    }
    tensors.put("out.bytes", Torch.tensor(values, tensors.get("out.bytes").shape()));
  }
}
