package io.atelier.job;

import io.atelier.style.StylePack;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** All stages on folders of photos, one after the other. */
public final class RunJob {
  private RunJob() {}

  /**
   * Runs every stage; each does only what is missing. What the last stages need is looked at before
   * the first one starts: nobody should wait for the trainings to hear of a typing error.
   */
  public static List<StageResult> run(JobContext context, URI... folders) {
    BaseModel.of(context.settings(), context.settings().generate().precision());
    context.settings().generate().packs().forEach(StylePack::load);
    Captioners.ready(context.settings().caption(), System.getenv());
    List<StageResult> results = new ArrayList<>();
    for (URI photos : folders) {
      results.add(IntakeJob.run(context, photos));
    }
    results.add(CurateJob.run(context));
    results.add(CaptionJob.run(context));
    results.add(TrainJob.run(context));
    results.add(GenerateJob.run(context));
    results.add(ReportJob.run(context));
    return results;
  }
}
