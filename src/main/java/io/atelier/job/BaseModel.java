package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.lora.MergedCheckpoint;
import io.atelier.nn.Precision;
import io.atelier.worker.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The base checkpoint of a run: checked on the driver, opened by path on every executor. */
final class BaseModel {
  private BaseModel() {}

  /**
   * The checkpoint of the settings.
   *
   * @throws AtelierException BAD_CONFIG if none is set or people are merged into it, NOT_FOUND if
   *     its folder is not there
   */
  static ModelSpec of(Settings settings, String precision) {
    Path folder = folder(settings);
    Checkpoint checkpoint = Checkpoint.open(folder);
    requireNobody(folder, MergedCheckpoint.contracts(checkpoint));
    int length = settings.model().t5Length().orElseGet(checkpoint::t5Length);
    return new ModelSpec(folder.toString(), checkpoint.hash(), Precision.parse(precision), length);
  }

  /** Everybody who is trained or rendered on it would look like them, whatever they agreed to. */
  private static void requireNobody(Path folder, List<String> contracts) {
    if (!contracts.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Into the checkpoint "
              + folder
              + " adapters of people are merged: "
              + String.join("; ", contracts)
              + ". It is no base for others; set model.checkpoint to the one that it was made of.");
    }
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
