package io.atelier.pretrain;

import io.atelier.evaluate.ContactSheet;
import io.atelier.flux.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a contact sheet of a stage. */
final class Sheet {
  private Sheet() {}

  static void write(Path file, List<Picture> pictures, int columns) {
    try {
      Files.write(file, ContactSheet.png(pictures, columns));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
