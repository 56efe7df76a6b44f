package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.flux.Autoencoder;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetTest {
  private static final TransformerConfig MODEL =
      Checkpoint.open(Golden.ROOT.resolve("flux-dev/checkpoint")).transformer();

  @TempDir Path folder;

  @Test
  void readsWhatItWroteEvenWhenTheFileIsGone() throws Exception {
    Path file = folder.resolve("set.safetensors");
    try (TrainingSet set = Sets.random(MODEL, new long[] {4, 2}, new long[] {2, 6})) {
      set.write(file);
      try (TrainingSet again = TrainingSet.read(file)) {
        Files.delete(file);
        assertThat(again.photos()).hasSize(2);
        for (int i = 0; i < 2; i++) {
          TrainingSet.Photo photo = again.photos().get(i);
          assertThat(photo.id()).isEqualTo("photo-" + i);
          assertThat(photo.caption()).isEqualTo(i);
          Autoencoder.Moments read = photo.views().get(0).plain();
          Autoencoder.Moments written = set.photos().get(i).views().get(0).plain();
          assertThat(read.mean().equal(written.mean())).isTrue();
          assertThat(read.logVariance().equal(written.logVariance())).isTrue();
          assertThat(again.captions().get(i).t5().equal(set.captions().get(i).t5())).isTrue();
        }
        assertThat(again.empty().pooled().equal(set.empty().pooled())).isTrue();
        assertThat(again.shift()).isEqualTo(0.1159);
        assertThat(again.scale()).isEqualTo(0.3611);
      }
    }
  }

  @Test
  void refusesAFileOfAnotherKind() {
    Path adapter = Golden.adapter("flux-dev", "peft_plain");
    assertThatThrownBy(() -> TrainingSet.read(adapter))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("peft_plain");
  }

  @Test
  void refusesPartsThatDoNotFit() {
    try (PointerScope scope = new PointerScope();
        TrainingSet set = Sets.random(MODEL, new long[] {4, 2})) {
      TrainingSet.Photo odd =
          Sets.photo(
              "odd", Torch.tensor(new float[3], 1, 3, 1), Torch.tensor(new float[3], 1, 3, 1), 0);
      assertRefused(List.of(odd), set, "'odd'");
      TrainingSet.Photo good = set.photos().get(0);
      assertRefused(List.of(new TrainingSet.Photo("lost", good.views(), 2)), set, "2 of 2");
      assertRefused(List.of(), set, "no photo");
    }
  }

  private static void assertRefused(List<TrainingSet.Photo> photos, TrainingSet set, String named) {
    assertThatThrownBy(() -> new TrainingSet(photos, set.captions(), set.empty(), 0, 1))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(named);
  }
}
