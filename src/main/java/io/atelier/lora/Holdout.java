package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Torch;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The photos that a training does not see, and the loss on them at fixed noise and levels: a figure
 * that falls while the adapter learns the subject and rises when it learns the photos by heart.
 */
final class Holdout {
  private static final float[] LEVELS = {0.125f, 0.375f, 0.625f, 0.875f};

  private final TrainingSet set;
  private final TrainConfig config;
  private final JobRandom random;
  private final List<Integer> held;

  /** Holds out as many photos as {@code config} says, drawn by their ids. */
  Holdout(TrainingSet set, TrainConfig config, JobRandom random) {
    this.set = set;
    this.config = config;
    this.random = random;
    int count = config.validation().photos();
    if (count >= set.photos().size()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "validation holds out "
              + count
              + " photos of "
              + set.photos().size()
              + ", so that none is left to train on; hold out less or give more photos");
    }
    held = all().sorted(Comparator.comparing(this::rank)).limit(count).sorted().toList();
  }

  /** Indices of the photos to train on. */
  List<Integer> seen() {
    return all().filter(photo -> !held.contains(photo)).toList();
  }

  /** Indices of the photos held out. */
  List<Integer> held() {
    return held;
  }

  /** Mean loss over the held-out photos, at their highest resolution, and the fixed levels. */
  double loss(FluxTransformer model, IntFunction<TrainingSet.Caption> captions) {
    double sum = 0;
    try (NoGradGuard noGraph = new NoGradGuard()) {
      for (int photo : held) {
        for (int level = 0; level < LEVELS.length; level++) {
          sum += loss(model, captions, photo, level);
        }
      }
    }
    return sum / (held.size() * LEVELS.length);
  }

  private double loss(
      FluxTransformer model, IntFunction<TrainingSet.Caption> captions, int index, int level) {
    try (PointerScope scope = new PointerScope()) {
      TrainingSet.Photo photo = set.photos().get(index);
      TrainingSet.Caption caption = captions.apply(photo.caption());
      Tensor mean = photo.views().get(set.levels() - 1).plain().mean().to(ScalarType.Float);
      Tensor noise = random.normal("validation", level, index, mean.shape());
      return new FlowLoss(
              set.scaled(mean).unsqueeze(0),
              noise.unsqueeze(0),
              Torch.tensor(new float[] {LEVELS[level]}, 1),
              caption.t5().unsqueeze(0),
              caption.pooled().unsqueeze(0),
              config.guidance(),
              null)
          .of(model)
          .item_double();
    }
  }

  private Stream<Integer> all() {
    return IntStream.range(0, set.photos().size()).boxed();
  }

  private long rank(int photo) {
    return random.seed("held out " + set.photos().get(photo).id(), 0, 0);
  }
}
