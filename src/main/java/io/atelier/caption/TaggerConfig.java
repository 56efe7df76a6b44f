package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.provenance.Hashes;
import io.atelier.vision.VisionModel;
import java.nio.file.Path;

/**
 * A classifier whose answers are put into words: see {@link Tagger} for the files.
 *
 * @param folder of the model, under the same path on every machine
 * @param revision hash of its files
 */
public record TaggerConfig(String folder, String revision) implements CaptionerConfig {

  /**
   * The tagger in a folder.
   *
   * @throws AtelierException NOT_FOUND naming the first file that is missing
   */
  public static TaggerConfig of(Path folder) {
    return new TaggerConfig(
        folder.toString(), Hashes.ofNamedFiles(VisionModel.present(folder, Tagger.FILES)));
  }

  @Override
  public String captioner() {
    return "tagger";
  }

  @Override
  public String prompt() {
    return "";
  }

  @Override
  public String parameters() {
    return "{\"attributes\":\"" + new AttributesConfig().revision() + "\"}";
  }

  @Override
  public String worded(String answer, Attributes attributes) {
    return TaggerCaptioner.worded(answer, attributes);
  }

  @Override
  public boolean keepsAnswers() {
    return true;
  }

  @Override
  public boolean computes() {
    return true;
  }

  @Override
  public Captioner open(String device, int threads) {
    return new TaggerCaptioner(Tagger.open(Path.of(folder), device, threads));
  }
}
