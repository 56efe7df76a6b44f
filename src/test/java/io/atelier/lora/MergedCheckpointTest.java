package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerInput;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedCheckpointTest {
  private static final Path SOURCE = Golden.ROOT.resolve("flux-dev/checkpoint");

  @TempDir Path folder;

  @Test
  void givesTheVelocityOfAdaptersMergedInMemoryBitForBit() {
    Path out = folder.resolve("new/merged");
    List<Path> told = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer("flux-dev");
        SafetensorsFile inputs = Golden.testCase("flux-dev", "adapter_xlabs");
        Adapter one = Adapter.read(Golden.adapter("flux-dev", "xlabs"));
        Adapter two = Adapter.read(Golden.adapter("flux-dev", "peft_alpha"))) {
      List<Merge.Weighted> adapters =
          List.of(new Merge.Weighted(one, 0.7), new Merge.Weighted(two, -0.3));
      MergedCheckpoint.write(Checkpoint.open(SOURCE), adapters, "two adapters", out, told::add);
      Tensor before = velocity(transformer, inputs);
      Merge.apply(transformer.linears(), adapters);
      Tensor expected = velocity(transformer, inputs);
      try (FluxTransformer merged =
          FluxTransformer.load(Checkpoint.open(out), Compute.CPU_FLOAT32)) {
        assertThat(velocity(merged, inputs).equal(expected)).isTrue();
        assertThat(expected.equal(before)).isFalse();
      }
    }
    assertThat(told).contains(Path.of("model_index.json"), Path.of("vae/config.json"));
  }

  @Test
  void keepsShardsTypesAndEveryOtherFile() throws IOException {
    Path out = folder.resolve("merged");
    try (PointerScope scope = new PointerScope();
        Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "peft_plain"))) {
      MergedCheckpoint.write(
          Checkpoint.open(SOURCE),
          List.of(new Merge.Weighted(adapter, 1)),
          "one at 1",
          out,
          file -> {});
      assertThat(files(out)).isEqualTo(files(SOURCE));
      int changed = 0;
      for (Path name : files(SOURCE)) {
        if (!name.startsWith("transformer") || !name.toString().endsWith(".safetensors")) {
          assertThat(out.resolve(name)).hasSameBinaryContentAs(SOURCE.resolve(name));
          continue;
        }
        try (SafetensorsFile original = SafetensorsFile.open(SOURCE.resolve(name));
            SafetensorsFile merged = SafetensorsFile.open(out.resolve(name))) {
          assertThat(merged.names()).isEqualTo(original.names());
          assertThat(merged.metadata()).containsEntry("atelier.merged", "one at 1");
          for (String tensor : original.names()) {
            assertThat(merged.info(tensor).dtype()).isEqualTo(original.info(tensor).dtype());
            boolean same = merged.tensor(tensor).equal(original.tensor(tensor));
            assertThat(same).as(tensor).isEqualTo(!adapter.modules().contains(module(tensor)));
            changed += same ? 0 : 1;
          }
        }
      }
      assertThat(changed).isEqualTo(adapter.modules().size());
    }
  }

  @Test
  void tellsOfThePeopleThatAreMergedIntoItAlsoAfterASecondMerge() {
    Path ana = folder.resolve("ana.safetensors");
    AdapterLineage.Contract contract =
        new AdapterLineage.Contract("ohwx woman", List.of("studio"), "form 7");
    try (SafetensorsFile plain = SafetensorsFile.open(Golden.adapter("flux-dev", "peft_plain"))) {
      SafetensorsWriter.rewrite(
          plain,
          ana,
          AdapterLineage.under(plain.metadata(), "ana's", contract),
          (name, tensor) -> tensor);
    }
    Path once = folder.resolve("once");
    Path twice = folder.resolve("twice");
    try (Adapter person = Adapter.read(ana);
        Adapter style = Adapter.read(Golden.adapter("flux-dev", "peft_plain"))) {
      write(Checkpoint.open(SOURCE), person, once);
      write(Checkpoint.open(once), style, twice);
    }

    assertThat(MergedCheckpoint.contracts(Checkpoint.open(SOURCE))).isEmpty();
    assertThat(MergedCheckpoint.contracts(Checkpoint.open(twice)))
        .containsExactly("ohwx woman (consent form 7), packs: studio");
  }

  @Test
  void leavesNothingBehindWhereItCannotWrite() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    try (Adapter good = Adapter.read(Golden.adapter("flux-dev", "peft_plain"));
        Adapter bad = Adapter.read(Golden.adapter("flux-dev", "refuse/wrong_shape"))) {
      Checkpoint source = Checkpoint.open(SOURCE);
      assertThatThrownBy(() -> write(source, good, taken))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining(taken + " is there already");
      assertThatThrownBy(() -> write(source, bad, folder.resolve("new")))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("transformer_blocks.0.attn.to_q");
      assertThatThrownBy(
              () ->
                  MergedCheckpoint.write(
                      source,
                      List.of(new Merge.Weighted(good, 1)),
                      "",
                      folder.resolve("new"),
                      file -> {
                        throw new IllegalStateException("stop at " + file);
                      }))
          .hasMessageContaining("stop at");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(taken);
    }
  }

  private static void write(Checkpoint source, Adapter adapter, Path out) {
    MergedCheckpoint.write(source, List.of(new Merge.Weighted(adapter, 1)), "", out, file -> {});
  }

  private static String module(String tensor) {
    return tensor.replaceFirst("\\.weight$", "");
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(root::relativize).sorted().toList();
    }
  }

  private static Tensor velocity(FluxTransformer model, SafetensorsFile file) {
    Torch.threads(1);
    return model.forward(
        new TransformerInput(
            file.tensor("in.hidden_states"),
            file.tensor("in.encoder_hidden_states"),
            file.tensor("in.pooled_projections"),
            file.tensor("in.timestep"),
            file.tensor("in.guidance"),
            file.tensor("in.img_ids"),
            file.tensor("in.txt_ids")));
  }
}
