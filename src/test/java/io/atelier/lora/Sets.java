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

  /** The same photo with the same caption so many times. */
  static TrainingSet repeated(TransformerConfig config, int times, long[] size) {
    JobRandom random = new JobRandom("repeated");
    try (PointerScope scope = new PointerScope()) {
      Tensor mean = random.normal("mean", 0, 0, config.inChannels() / 4, size[0], size[1]);
      List<TrainingSet.Photo> photos = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        photos.add(photo("photo-" + i, mean, mean.sub(new Scalar(4.0)), 0));
      }
      TrainingSet.Caption caption = caption(config, random, 0);
      return new TrainingSet(photos, List.of(caption), caption, 0, 1);
    }
  }

  /** One photo whose plain latents are all below 0 and whose mirrored ones are all above. */
  static TrainingSet mirrored(TransformerConfig config, long[] size) {
    try (PointerScope scope = new PointerScope()) {
      long[] shape = {config.inChannels() / 4, size[0], size[1]};
      Tensor values = new JobRandom("mirrored").uniform("values", 0, 0, shape).add(new Scalar(1.0));
      Tensor variance = values.mul(new Scalar(0.0)).sub(new Scalar(20.0));
      TrainingSet.View view =
          new TrainingSet.View(
              new Autoencoder.Moments(values.neg(), variance),
              new Autoencoder.Moments(values, variance));
      TrainingSet.Caption caption = caption(config, new JobRandom("mirrored"), 0);
      return new TrainingSet(
          List.of(new TrainingSet.Photo("photo", List.of(view), 0)),
          List.of(caption),
          caption,
          0,
          1);
    }
  }

  /** Two photos, and mirrored, at so many resolutions of 2, 4, 6, ... latent rows. */
  static TrainingSet levels(TransformerConfig config, int levels) {
    JobRandom random = new JobRandom("levels");
    try (PointerScope scope = new PointerScope()) {
      List<TrainingSet.Photo> photos = new ArrayList<>();
      for (int photo = 0; photo < 2; photo++) {
        List<TrainingSet.View> views = new ArrayList<>();
        for (int level = 1; level <= levels; level++) {
          Tensor mean = random.normal("mean", level, photo, config.inChannels() / 4, 2L * level, 4);
          views.add(
              new TrainingSet.View(
                  new Autoencoder.Moments(mean, mean), new Autoencoder.Moments(mean.neg(), mean)));
        }
        photos.add(new TrainingSet.Photo("photo-" + photo, views, 0));
      }
      TrainingSet.Caption caption = caption(config, random, 0);
      return new TrainingSet(photos, List.of(caption), caption, 0, 1);
    }
  }

  /** Five class samples of the image form. */
  static ClassPrior prior(TransformerConfig config, long[] size) {
    JobRandom random = new JobRandom("prior");
    try (PointerScope scope = new PointerScope()) {
      List<ClassPrior.Row> rows = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        rows.add(
            ClassPrior.Row.image(
                random.normal("latent", 0, i, config.inChannels() / 4, size[0], size[1])));
      }
      return new ClassPrior(caption(config, random, 3), rows);
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
