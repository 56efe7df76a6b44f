package io.atelier.worker;

import io.atelier.caption.Answer;
import io.atelier.caption.Captioner;
import io.atelier.caption.CaptionerConfig;
import io.atelier.caption.CleanCaption;
import io.atelier.caption.Photo;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.spark.UnitRun;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has photos described by a captioner that looks at them, as many at once as it can take. */
public final class DescribePhotos implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(DescribePhotos.class);

  private final CaptionerConfig config;
  private final TaskSettings task;

  /** Descriptions by the captioner of that configuration. */
  public DescribePhotos(CaptionerConfig config, TaskSettings task) {
    this.config = config;
    this.task = task;
  }

  /** One result a photo; what was answered is a result even if the captioner then broke down. */
  public List<DescribedPhoto> apply(Iterator<PhotoToCaption> photos) {
    List<PhotoToCaption> all = new ArrayList<>();
    photos.forEachRemaining(all::add);
    String device = config.computes() ? TaskDevice.of(task.device()) : "cpu";
    try (Captioner captioner = config.open(device, TaskDevice.threads(task.threads()))) {
      if (config.computes()) {
        ModelHost.keepOnly(device);
      }
      // What this machine computes is not worth a file each.
      Asked asked = config.computes() ? photo -> ask(captioner, photo) : paid(captioner);
      return InParallel.map(
          all,
          captioner.concurrency(),
          photo -> describe(asked, photo),
          result -> {
            UnitRun.stopIfGivenUp();
            task.done().add(1);
          });
    }
  }

  /** Where an answer comes from. */
  private interface Asked {
    Answer about(PhotoToCaption photo);
  }

  private Answer ask(Captioner captioner, PhotoToCaption photo) {
    return captioner.describe(new Photo(photo.attributes(), photo.prompt(), () -> pixels(photo)));
  }

  private Asked paid(Captioner captioner) {
    KeptAnswers kept = new KeptAnswers(task, config);
    return photo ->
        kept.of(photo.descriptionId())
            .orElseGet(
                () -> {
                  Answer answer = ask(captioner, photo);
                  kept.keep(photo.descriptionId(), answer);
                  return answer;
                });
  }

  private DescribedPhoto describe(Asked asked, PhotoToCaption photo) {
    long start = System.nanoTime();
    return Failures.guard(
        () -> answer(asked, photo, start),
        why -> new DescribedPhoto(photo, null, why, seconds(start), null));
  }

  private static DescribedPhoto answer(Asked asked, PhotoToCaption photo, long start) {
    try {
      Answer answer = asked.about(photo);
      String reason =
          CleanCaption.of(answer.text(), answer.complete()).problem().map(Enum::name).orElse(null);
      return new DescribedPhoto(photo, answer, reason, seconds(start), null);
    } catch (AtelierException failure) {
      if (failure.code() == ErrorCode.NO_DEVICE) {
        throw failure;
      }
      // A result even if it is fatal: what the others were answered is kept before the stage ends.
      LOG.warn("a photo got no description: {}", failure.getMessage());
      String reason = failure.code() + ": " + failure.getMessage();
      return new DescribedPhoto(photo, null, reason, seconds(start), failure.code());
    }
  }

  private Rgb pixels(PhotoToCaption photo) {
    // It was measured before, so its size has been found acceptable.
    return Decoder.decode(task.read(photo.uri()), Long.MAX_VALUE).pixels();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
