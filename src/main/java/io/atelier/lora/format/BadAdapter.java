package io.atelier.lora.format;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;

/** The refusal of a LoRA file. */
public final class BadAdapter {
  private BadAdapter() {}

  /** {@link ErrorCode#BAD_ADAPTER} for a file; {@code problem} is a clause that names the fact. */
  public static AtelierException in(Path file, String problem) {
    return new AtelierException(
        ErrorCode.BAD_ADAPTER,
        "adapter "
            + file
            + ": "
            + problem
            + "; an adapter is loaded whole or not at all: save it again with the tool that made it,"
            + " or train it again");
  }
}
