package io.atelier.caption;

import io.atelier.caption.seq2seq.ImageToText;
import java.nio.file.Path;

/** Describes photos by a model that runs here. */
final class OnnxCaptioner implements Captioner {
  private final ImageToText model;
  private final String name;

  OnnxCaptioner(ImageToText model, Path folder) {
    this.model = model;
    this.name = String.valueOf(folder.getFileName());
  }

  @Override
  public Answer describe(Photo photo) {
    ImageToText.Caption caption = model.describe(photo.pixels().get(), photo.prompt());
    return new Answer(
        caption.text(), caption.complete(), name, caption.promptTokens(), caption.tokens(), 0, 0);
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public void close() {
    model.close();
  }
}
