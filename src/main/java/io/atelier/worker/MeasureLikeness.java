package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.spark.UnitRun;
import io.atelier.vision.Embeddings;
import io.atelier.vision.VisionModel;
import io.atelier.worker.LikenessJob.MadePicture;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Holds pictures against the photos of the person they should show. */
public final class MeasureLikeness implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LikenessSpec network;
  private final TaskSettings task;

  /** Measuring with one network. */
  public MeasureLikeness(LikenessSpec network, TaskSettings task) {
    this.network = network;
    this.task = task;
  }

  /**
   * What the photos of a person have in common.
   *
   * @param middle of their embeddings; null if there is none
   * @param reason why there is none
   */
  private record Person(float[] middle, int photos, String reason) {}

  /**
   * One result a picture; what is wrong with a picture or with all photos is a result, too.
   *
   * @throws AtelierException BAD_CHECKPOINT if this machine lacks the network
   */
  public List<MeasuredLikeness> apply(Iterator<LikenessJob> jobs) {
    String device = TaskDevice.of(task.device());
    List<MeasuredLikeness> results = new ArrayList<>();
    try (VisionModel model = network.open(device, TaskDevice.threads(task.threads()))) {
      ModelHost.keepOnly(device);
      while (jobs.hasNext()) {
        LikenessJob job = jobs.next();
        Person person = person(model, job);
        for (MadePicture picture : job.pictures()) {
          UnitRun.stopIfGivenUp();
          results.add(measure(model, job, person, picture));
          task.done().add(1);
        }
      }
    }
    return results;
  }

  private Person person(VisionModel model, LikenessJob job) {
    return Failures.guardRetried(
        () -> {
          List<float[]> photos = new ArrayList<>();
          String spoilt = "the lake has none of them any more";
          for (String uri : job.photos()) {
            UnitRun.stopIfGivenUp();
            try {
              photos.add(embedding(model, uri));
            } catch (AtelierException e) {
              // A store that fails now and then must not decide which photos count.
              if (e.code() != ErrorCode.BAD_INPUT && e.code() != ErrorCode.NOT_FOUND) {
                throw e;
              }
              spoilt = uri + ": " + e.getMessage();
            }
          }
          return photos.isEmpty()
              ? new Person(null, 0, "NO_PHOTO: no photo of the adapter can be read: " + spoilt)
              : new Person(Embeddings.middle(photos), photos.size(), null);
        },
        why -> new Person(null, 0, why));
  }

  private MeasuredLikeness measure(
      VisionModel model, LikenessJob job, Person person, MadePicture picture) {
    if (person.middle() == null) {
      return new MeasuredLikeness(job.subjectId(), picture, 0, null, person.reason());
    }
    return Failures.guardRetried(
        () -> {
          double likeness = Embeddings.dot(embedding(model, picture.uri()), person.middle());
          return new MeasuredLikeness(job.subjectId(), picture, person.photos(), likeness, null);
        },
        why -> new MeasuredLikeness(job.subjectId(), picture, person.photos(), null, why));
  }

  private float[] embedding(VisionModel model, String uri) {
    // Photos were measured before and pictures are our own, so their size is acceptable.
    Rgb picture = Decoder.decode(task.read(uri), Long.MAX_VALUE).pixels();
    return LikenessSpec.embedding(model, picture);
  }
}
