package io.atelier.lora;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Training sets of random numbers for a tiny transformer. */
final class Sets {
  static final int TEXT_LENGTH = 7;

  private Sets() {}

  /** Photos of the given latent sizes [height, width], captions in turn of two. */
  static TrainingSet random(TransformerConfig config, long[]... sizes) {
    JobRandom random = new JobRandom("a set for tests");
    try (PointerScope scope = new PointerScope()) {
      List<TrainingSet.Photo> photos = new ArrayList<>();
      for (int i = 0; i < sizes.length; i++) {
        long[] shape = {config.inChannels() / 4, sizes[i][0], sizes[i][1]};
        Tensor mean = random.normal("mean", 0, i, shape);
        Tensor logVariance = random.normal("variance", 0, i, shape).sub(new Scalar(4.0));
        photos.add(photo("photo-" + i, mean, logVariance, i % 2));
      }
      List<TrainingSet.Caption> captions =
          List.of(caption(config, random, 0), caption(config, random, 1));
      return new TrainingSet(photos, captions, caption(config, random, 2), 0.1159, 0.3611);
    }
  }

  static TrainingSet.Photo photo(String id, Tensor mean, Tensor logVariance, int caption) {
    Autoencoder.Moments plain = new Autoencoder.Moments(mean, logVariance);
    return new TrainingSet.Photo(id, List.of(new TrainingSet.View(plain, null)), caption);
  }

  static TrainingSet.Caption caption(TransformerConfig config, JobRandom random, int i) {
    return new TrainingSet.Caption(
        random.normal("t5", 0, i, TEXT_LENGTH, config.jointAttentionDim()),
        random.normal("pooled", 0, i, config.pooledProjectionDim()));
  }

  /** A set whose only photo has a latent that is not finite. */
  static TrainingSet poisoned(TransformerConfig config) {
    JobRandom random = new JobRandom("poison");
    try (PointerScope scope = new PointerScope()) {
      long channels = config.inChannels() / 4;
      Tensor mean = Torch.tensor(new float[(int) channels * 4], channels, 2, 2);
      mean.fill_(new Scalar(Double.NaN));
      TrainingSet.Photo photo = photo("poison", mean, mean, 0);
      TrainingSet.Caption caption = caption(config, random, 0);
      return new TrainingSet(List.of(photo), List.of(caption), caption, 0, 1);
    }
  }
}
