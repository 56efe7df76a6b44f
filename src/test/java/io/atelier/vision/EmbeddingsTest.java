package io.atelier.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingsTest {
  private static final float[] THREE_TO_FOUR = {0.6f, 0.8f};

  @Test
  void aDirectionHasLengthOneHoweverLongItWas() {
    assertThat(Embeddings.unit(3, 4)).containsExactly(THREE_TO_FOUR, within(1e-6f));
    assertThat(Embeddings.unit(3e30f, 4e30f)).containsExactly(THREE_TO_FOUR, within(1e-6f));
    assertThat(Embeddings.unit(-3e-30f, 4e-30f))
        .containsExactly(new float[] {-0.6f, 0.8f}, within(1e-6f));
  }

  @Test
  void theMiddleIsAsFarFromOneAsFromTheOther() {
    float[] one = Embeddings.unit(1, 2, 3);
    float[] other = Embeddings.unit(-2, 0, 5);

    float[] middle = Embeddings.middle(List.of(one, other));

    assertThat(Embeddings.dot(middle, middle)).isCloseTo(1, within(1e-6));
    assertThat(Embeddings.dot(middle, one))
        .isCloseTo(Embeddings.dot(middle, other), within(1e-6))
        .isGreaterThan(Embeddings.dot(one, other));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatHasNoDirectionIsAnError(float value) {
    assertThatThrownBy(() -> Embeddings.unit(value == 0 ? 0 : 0.3f, value))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("has no direction");
  }

  @Test
  void oppositesHaveNoMiddle() {
    assertThatThrownBy(() -> Embeddings.middle(List.of(new float[] {1, 0}, new float[] {-1, 0})))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("has no direction");
  }
}
