package io.atelier.cli;

import io.atelier.job.ReportJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier report}. */
@Command(
    name = "report",
    header = "Writes an HTML page and a contact sheet of what is in the lake.",
    description = {
      "The page shows accepted and refused photos with every reason, captions, loss curves and the"
          + " pictures by subject and look. It lies in the lake's folder reports; as long as no table"
          + " changes, the report that is there is kept.",
      "",
      "A report shows faces and names: give it away as carefully as the photos."
    },
    footer = "  ./atelier report --lake lake")
final class ReportCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.loadForLake().settings(), context -> List.of(ReportJob.run(context)));
  }
}
