package io.atelier.pretrain;

import io.atelier.nn.Torch;
import io.atelier.sample.Labels;
import io.atelier.sample.Person;
import io.atelier.sample.Scene;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What never changes of a person and can be told from an embedding by one linear layer: what has a
 * name, by cross-entropy, and the features behind it, by squared error. Without it an embedding
 * learns from nothing but who is who, which takes many times as long.
 */
final class Traits {
  private static final Set<String> NAMES =
      Set.of("noun", "hair style", "hair colour", "eye colour", "beard", "freckles");
  private static final List<Labels> NAMED =
      Labels.ALL.stream().filter(label -> NAMES.contains(label.name())).toList();
  private static final int CLASSES = NAMED.stream().mapToInt(Labels::classes).sum();
  private static final double FEATURE_WEIGHT = 20;
  private static final long SUM = 2;
  private static final long HIDDEN = -100;

  private Traits() {}

  /** Values that the layer gives. */
  static int count() {
    return CLASSES + features(Person.of(0)).length;
  }

  private static float[] features(Person person) {
    Person.Hair hair = person.hair();
    return new float[] {
      (float) person.face().width(),
      (float) person.face().length(),
      (float) person.face().jaw(),
      (float) person.face().chin(),
      (float) person.face().ears(),
      (float) person.skin().tone(),
      (float) person.skin().undertone(),
      (float) person.skin().freckles(),
      (float) person.skin().blush(),
      (float) hair.shade(),
      (float) hair.volume(),
      (float) hair.length(),
      (float) (hair.parting() + 1) / 2,
      (float) hair.fringe(),
      (float) person.eyes().distance(),
      (float) person.eyes().size(),
      (float) person.eyes().slant(),
      (float) person.brows().thickness(),
      (float) person.brows().arch(),
      (float) person.brows().height(),
      (float) person.nose().width(),
      (float) person.nose().length(),
      (float) person.mouth().width(),
      (float) person.mouth().fullness(),
      (float) person.mouth().height(),
      (float) person.beard().length(),
    };
  }

  /** The mean error of the layer's values [B, count] about the people in the scenes. */
  static Tensor loss(Tensor values, List<Scene> scenes) {
    Tensor sum = Torch.scalar(0);
    int from = 0;
    for (Labels label : NAMED) {
      sum = sum.add(loss(label, values.narrow(1, from, label.classes()), scenes));
      from += label.classes();
    }
    float[][] rows = scenes.stream().map(scene -> features(scene.person())).toArray(float[][]::new);
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    Tensor features = Torch.tensor(flat, rows.length, rows[0].length);
    Tensor error = values.narrow(1, from, rows[0].length).sub(features);
    return sum.add(error.square().mean().mul(new Scalar(FEATURE_WEIGHT)));
  }

  /** Cross-entropy of logits [B, classes] over the pictures that show it. */
  static Tensor loss(Labels label, Tensor logits, List<Scene> scenes) {
    long[] right =
        scenes.stream()
            .mapToLong(scene -> label.visible().test(scene) ? label.of(scene) : HIDDEN)
            .toArray();
    return torch
        .cross_entropy_loss(
            logits, Torch.tensor(right, right.length), new TensorOptional(), SUM, HIDDEN, 0)
        .div(new Scalar((double) right.length));
  }
}
