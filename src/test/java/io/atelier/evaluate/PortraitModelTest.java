package io.atelier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortraitModelTest {
  private static final Path SHIPPED = Path.of("models", "atelier-tiny-identity", "model.onnx");

  @Test
  void theShippedNetworkKnowsUnseenPeopleAndAnswersOnDrawings() throws IOException {
    try (PortraitModel model = PortraitModel.open(SHIPPED)) {
      DrawingCheck figures = DrawingCheck.of(model, 80, 1, 5);

      assertThat(figures.rank1()).isGreaterThanOrEqualTo(0.8);
      assertThat(figures.right())
          .hasSize(4)
          .allSatisfy((question, right) -> assertThat(right).isGreaterThanOrEqualTo(0.9));
    }
    assertThat(Files.size(SHIPPED)).isLessThanOrEqualTo(2_000_000);
  }
}
