package io.atelier.config;

import java.util.ArrayList;
import java.util.List;

/** Values that are allowed each alone but not together. */
final class Conflicts {
  private Conflicts() {}

  /** One sentence each. */
  static List<String> of(Settings settings) {
    Settings.Train train = settings.train();
    Settings.Curate curate = settings.curate();
    List<String> found = new ArrayList<>();
    if (train.warmup() > train.steps()) {
      found.add(
          "train.warmup (%d) is greater than train.steps (%d): the learning rate would never be"
                  .formatted(train.warmup(), train.steps())
              + " reached; lower train.warmup");
    }
    if (curate.identityModel().isPresent() && curate.faceModel().isEmpty()) {
      found.add(
          "curate.identity_model needs the eyes, nose and mouth that curate.face_model finds; set"
              + " curate.face_model too");
    }
    if (curate.aestheticModel().isPresent() && curate.embeddingModel().isEmpty()) {
      found.add(
          "curate.aesthetic_model judges what curate.embedding_model computes; set"
              + " curate.embedding_model too");
    }
    if (!curate.unsafeClasses().stream().allMatch(number -> number.matches("[0-9]{1,4}"))) {
      found.add(
          "curate.unsafe_classes (%s) must be whole numbers from 0"
              .formatted(String.join(", ", curate.unsafeClasses())));
    }
    if (train.patience() > 0 && train.validationPhotos() == 0) {
      found.add(
          "train.patience (%d) needs photos to measure on; set train.validation_photos to 1 or more"
              .formatted(train.patience()));
    }
    if (train.optimizer().equals("prodigy") && train.learningRate() < 0.1) {
      found.add(
          "train.learning_rate (%s) is a factor of the step size that prodigy finds; set it to 1"
              .formatted(Canonical.plain(train.learningRate())));
    }
    found.addAll(settings.caption().missing());
    if (!risingMultiplesOf16(train)) {
      found.add(
          "train.progressive (%s) must be multiples of 16, rising, all below train.resolution (%d)"
              .formatted(String.join(", ", train.progressive()), train.resolution()));
    }
    return found;
  }

  private static boolean risingMultiplesOf16(Settings.Train train) {
    int before = 0;
    for (String text : train.progressive()) {
      int value = text.matches("[0-9]{2,4}") ? Integer.parseInt(text) : 0;
      if (value <= before || value % 16 != 0 || value >= train.resolution()) {
        return false;
      }
      before = value;
    }
    return true;
  }
}
