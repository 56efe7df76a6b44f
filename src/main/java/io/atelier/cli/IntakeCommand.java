package io.atelier.cli;

import io.atelier.job.IntakeJob;
import io.atelier.store.Locations;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier intake}. */
@Command(
    name = "intake",
    header = "Registers people and copies their photos into the lake.",
    description = {
      "Every sub-folder of the photo folder is one subject; every file in it is one input, whatever"
          + " it is, and gets a row (but .DS_Store, Thumbs.db and desktop.ini). Hidden folders and"
          + " files beside the sub-folders are named and left alone. The bytes are copied into the lake under their SHA-256, so the"
          + " photo folder is not needed afterwards.",
      "",
      "A file subjects.yaml in the photo folder may say more of a subject: class_noun (default:"
          + " intake.class_noun), trigger_token (default: a made-up word), consent (a reference,"
          + " kept with every adapter) and allowed_packs (the style packs the subject has agreed to,"
          + " by name or name@version; default: all). What is not said again stays as it was;"
          + " allowed_packs: [\"*\"] allows all packs again, allowed_packs: [] none, which withdraws"
          + " the consent: nothing more is trained or rendered."
    },
    footer = "  ./atelier intake --photos photos --lake lake")
final class IntakeCommand implements Callable<Integer> {
  @Mixin private PhotosOptions photos;
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(
        settings.load().settings(),
        context -> List.of(IntakeJob.run(context, Locations.parse(photos.folder()))));
  }
}
