package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.TokenEmbeddings;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RequestRow;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that learns words instead of layers. */
class InversionIT {
  private static final String[] SETTINGS = {
    "train.method=textual-inversion",
    "train.inversion_tokens=3",
    "train.learning_rate=0.05",
    "train.batch=1"
  };

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void runsOnce() {
    small = new SmallRun(folder).person("ana", 0, 4).person("ben", 1, 4);
    small.run(SETTINGS);
    tables = small.context(SETTINGS).tables();
  }

  @Test
  void everybodyHasVectorsForTheirToken() {
    List<AdapterRow> rows = tables.adapters().rows();
    assertThat(rows).hasSize(2).extracting(AdapterRow::status).containsOnly("TRAINED");
    for (AdapterRow row : rows) {
      assertThat(row.method()).isEqualTo("textual-inversion");
      assertThat(row.rank()).isEqualTo(3);
      try (TokenEmbeddings learned = TokenEmbeddings.read(small.lake().resolve(row.uri()))) {
        assertThat(learned.as(row.triggerToken()).clip().shape()).containsExactly(3, 24);
        assertThat(learned.as(row.triggerToken()).t5().shape()).containsExactly(3, 32);
        assertThat(learned.metadata())
            .containsEntry("atelier.adapter_id", row.adapterId())
            .containsEntry("atelier.trigger_token", row.triggerToken())
            .containsEntry("modelspec.architecture", "flux-1-dev/textual-inversion");
      }
    }
    assertThat(tables.trainingSteps().rows())
        .hasSize(8)
        .allSatisfy(step -> assertThat(step.gradNorm()).isPositive());
  }

  @Test
  void picturesAreMadeFromTheLearnedVectors() throws IOException {
    assertThat(tables.generations().rows())
        .hasSize(4)
        .extracting(GenerationRow::status)
        .containsOnly("DONE");
    for (AdapterRow row : tables.adapters().rows()) {
      String prompt =
          tables.requests().rows().stream()
              .filter(request -> request.adapterId().equals(row.adapterId()))
              .map(RequestRow::prompt)
              .findFirst()
              .orElseThrow();
      try (PointerScope scope = new PointerScope();
          TextEncoders encoders =
              TextEncoders.load(Checkpoint.open(SmallRun.MODEL), Compute.CPU_FLOAT32);
          TokenEmbeddings learned = TokenEmbeddings.read(small.lake().resolve(row.uri()))) {
        PromptEmbedding plain = encoders.encode(prompt, 64);
        PromptEmbedding with = encoders.encode(prompt, 64, learned.as(row.triggerToken()));
        assertThat(isStored(with)).isTrue();
        assertThat(isStored(plain)).isFalse();
      }
    }
  }

  private static boolean isStored(PromptEmbedding embedding) throws IOException {
    try (Stream<Path> files = Files.walk(small.lake().resolve("embeddings"))) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
          if (torch.equal(file.tensor("t5"), embedding.t5())
              && torch.equal(file.tensor("pooled"), embedding.pooled())) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
