package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadingTest {
  private static final Path ROOT = Path.of("src/test/resources/golden/flux-dev/checkpoint");

  @TempDir Path temp;

  @Test
  void closingGivesBackEverythingThatLoadingTook() {
    Torch.loadNatives();
    FluxPipeline.load(ROOT, Compute.CPU_FLOAT32).close();
    long before = Pointer.totalCount();
    FluxPipeline.load(ROOT, Compute.CPU_FLOAT32).close();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void aFailedLoadGivesBackEverythingToo() throws IOException {
    copyWithoutTheVaesLastShard();
    FluxPipeline.load(ROOT, Compute.CPU_FLOAT32).close();
    long before = Pointer.totalCount();
    assertThatThrownBy(() -> FluxPipeline.load(temp, Compute.CPU_FLOAT32))
        .isInstanceOf(AtelierException.class);
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void partsLoadByThemselves() {
    Checkpoint checkpoint = Checkpoint.open(ROOT);
    try (PointerScope scope = new PointerScope();
        TextEncoders encoders = TextEncoders.load(checkpoint, Compute.CPU_FLOAT32)) {
      PromptEmbedding embedding = encoders.encode("a lamp", 24);
      assertThat(embedding.t5().shape()).containsExactly(24, 32);
      assertThat(embedding.pooled().shape()).containsExactly(24);
    }
    try (PointerScope scope = new PointerScope();
        Autoencoder autoencoder = Autoencoder.load(checkpoint, Compute.CPU_FLOAT32)) {
      assertThat(autoencoder.decode(Torch.tensor(new float[16 * 4 * 6], 1, 16, 4, 6)).shape())
          .containsExactly(1, 3, 32, 48);
    }
  }

  private void copyWithoutTheVaesLastShard() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.toList()) {
        if (!file.toString().contains("vae/diffusion_pytorch_model-00014")) {
          Path copy = temp.resolve(ROOT.relativize(file).toString());
          if (!Files.isDirectory(copy)) {
            Files.copy(file, copy);
          }
        }
      }
    }
  }
}
