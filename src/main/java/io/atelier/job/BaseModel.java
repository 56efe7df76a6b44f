package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.nn.Precision;
import io.atelier.worker.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;

/** The base checkpoint of a run: checked on the driver, opened by path on every executor. */
final class BaseModel {
  private BaseModel() {}

  /**
   * The checkpoint of the settings.
   *
   * @throws AtelierException BAD_CONFIG if none is set, NOT_FOUND if its folder is not there
   */
  static ModelSpec of(Settings settings, String precision) {
    Path folder = folder(settings);
    Checkpoint checkpoint = Checkpoint.open(folder);
    int length = settings.model().t5Length().orElseGet(checkpoint::t5Length);
    return new ModelSpec(folder.toString(), checkpoint.hash(), Precision.parse(precision), length);
  }

  private static Path folder(Settings settings) {
    Path folder =
        settings
            .model()
            .checkpoint()
            .map(text -> Path.of(text).toAbsolutePath().normalize())
            .orElseThrow(
                () ->
                    new AtelierException(
                        ErrorCode.BAD_CONFIG,
                        "No checkpoint is set, and this stage needs the model. Give --checkpoint"
                            + " DIR or set model.checkpoint: a folder in the layout of the"
                            + " published FLUX.1 repositories."));
    if (!Files.isDirectory(folder)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "The checkpoint folder "
              + folder
              + " is not there. It must exist under this path on the driver and on every"
              + " executor; correct model.checkpoint.");
    }
    return folder;
  }
}
