package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.Locations;
import io.atelier.style.StylePack;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All stages on a folder of photos, one after the other. */
public final class RunJob {
  private RunJob() {}

  /**
   * Runs every stage; each does only what is missing. What the last stages need is looked at before
   * the first one starts: nobody should wait for the trainings to hear of a typing error.
   */
  public static List<StageResult> run(JobContext context, URI photos) {
    requireReady(context);
    return afterIntake(context, IntakeJob.run(context, photos));
  }

  /**
   * The same with the people of two folders.
   *
   * @throws AtelierException BAD_INPUT if a name is in both: it may not be the same person
   */
  public static List<StageResult> run(JobContext context, URI photos, URI others) {
    Set<String> names =
        new TreeSet<>(PhotoFolder.list(context.store(), photos).subjects().keySet());
    names.retainAll(PhotoFolder.list(context.store(), others).subjects().keySet());
    if (!names.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "%s and %s both have people of the names %s; rename these folders in one of them"
              .formatted(Locations.text(photos), Locations.text(others), names));
    }
    requireReady(context);
    StageResult first = IntakeJob.run(context.anotherRun(), others);
    return afterIntake(context, first, IntakeJob.run(context, photos));
  }

  private static void requireReady(JobContext context) {
    BaseModel.of(context.settings(), context.settings().generate().precision());
    context.settings().generate().packs().forEach(StylePack::load);
    Captioners.ready(context.settings().caption(), System.getenv());
    Likenesses.network(context.settings());
  }

  /** The results of all stages, those of intake first. */
  private static List<StageResult> afterIntake(JobContext context, StageResult... intake) {
    List<StageResult> results = new ArrayList<>(List.of(intake));
    results.add(CurateJob.run(context));
    results.add(CaptionJob.run(context));
    results.add(TrainJob.run(context));
    results.add(GenerateJob.run(context));
    results.add(ReportJob.run(context));
    return results;
  }
}
