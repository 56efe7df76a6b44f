package io.atelier.caption;

import io.atelier.caption.seq2seq.ImageToText;
import io.atelier.caption.seq2seq.ModelFolder;
import io.atelier.error.AtelierException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * An exported image-to-text model, run in this JVM: Optimum's encoder and decoder, or Florence-2's
 * four graphs.
 *
 * @param folder of the model, under the same path on every machine
 * @param revision hash of its files
 * @param prompt for Florence-2 a caption task or a question; other models take none
 * @param beams in place of the number in the model's configuration; 0 for that
 * @param maxTokens longest answer; the model's configuration may say fewer
 */
public record OnnxConfig(String folder, String revision, String prompt, int beams, int maxTokens)
    implements CaptionerConfig {
  /** What Florence-2 is asked unless the settings say otherwise. */
  public static final String PROMPT = "<DETAILED_CAPTION>";

  /**
   * The model in a folder.
   *
   * @throws AtelierException NOT_FOUND naming the first file that is missing
   */
  public static OnnxConfig of(Path folder, String prompt, OptionalInt beams, int maxTokens) {
    String hash = new ModelFolder(folder).hash();
    return new OnnxConfig(folder.toString(), hash, prompt, beams.orElse(0), maxTokens);
  }

  @Override
  public String captioner() {
    return "onnx";
  }

  @Override
  public String parameters() {
    return "{\"beams\":" + beams + ",\"max_tokens\":" + maxTokens + "}";
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
    OptionalInt wanted = beams == 0 ? OptionalInt.empty() : OptionalInt.of(beams);
    ModelFolder files = new ModelFolder(Path.of(folder));
    return new OnnxCaptioner(
        ImageToText.open(files, wanted, maxTokens, device, threads), Path.of(folder));
  }
}
