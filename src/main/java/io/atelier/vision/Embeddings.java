package io.atelier.vision;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.List;

/** Embeddings of who a picture shows: directions, compared by their cosine. */
public final class Embeddings {
  private Embeddings() {}

  /**
   * The direction between some embeddings of length 1, of length 1 itself.
   *
   * @param embeddings at least one
   * @throws AtelierException BAD_INPUT if they cancel each other out
   */
  public static float[] middle(List<float[]> embeddings) {
    float[] middle = new float[embeddings.get(0).length];
    for (float[] embedding : embeddings) {
      for (int i = 0; i < middle.length; i++) {
        middle[i] += embedding[i];
      }
    }
    return unit(middle);
  }

  /**
   * The same direction, length 1.
   *
   * @throws AtelierException BAD_INPUT for an embedding that has no direction
   */
  public static float[] unit(float... embedding) {
    double length = Math.sqrt(dot(embedding, embedding));
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "an embedding of length "
              + length
              + " has no direction; look at the picture, or at the network that embeds it");
    }
    float[] unit = new float[embedding.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (embedding[i] / length);
    }
    return unit;
  }

  /** The scalar product; of embeddings of length 1 the cosine, -1 to 1. */
  public static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
