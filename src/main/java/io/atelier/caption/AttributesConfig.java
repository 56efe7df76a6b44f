package io.atelier.caption;

/** Captions from measurements alone; see {@link AttributeCaptioner}. */
public record AttributesConfig() implements CaptionerConfig {
  @Override
  public String captioner() {
    return "attributes";
  }

  @Override
  public String revision() {
    return "1";
  }

  @Override
  public String prompt() {
    return "";
  }

  @Override
  public String parameters() {
    return "{}";
  }

  @Override
  public boolean keepsAnswers() {
    return false;
  }

  @Override
  public boolean computes() {
    return false;
  }

  @Override
  public Captioner open(String device, int threads) {
    return new AttributeCaptioner();
  }
}
