package io.atelier.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the faces of a set are one person's: each is held against the set's medoid, the face that
 * all others together are nearest to.
 */
public final class SamePerson {
  private SamePerson() {}

  /**
   * The cosine of every face to the medoid, in the order given. The medoid's own is 1; of several
   * the first is taken.
   *
   * @param faces embeddings of length 1
   */
  public static List<Double> cosines(List<List<Double>> faces) {
    int medoid = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < faces.size(); i++) {
      double sum = 0;
      for (List<Double> other : faces) {
        sum += dot(faces.get(i), other);
      }
      // A difference of rounding must not decide.
      if (sum > best + 1e-9) {
        best = sum;
        medoid = i;
      }
    }
    List<Double> cosines = new ArrayList<>();
    for (List<Double> face : faces) {
      cosines.add(dot(face, faces.get(medoid)));
    }
    return cosines;
  }

  private static double dot(List<Double> a, List<Double> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }
}
