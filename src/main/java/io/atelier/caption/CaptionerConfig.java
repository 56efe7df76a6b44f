package io.atelier.caption;

import java.io.Serializable;

/**
 * Which captioner writes, and with what. Travels to the tasks, which open it. Two configurations
 * with equal name, revision, prompt and parameters give a photo the same caption.
 */
public sealed interface CaptionerConfig extends Serializable
    permits AttributesConfig, EndpointConfig, OnnxConfig, TaggerConfig {

  /** A stable name, recorded with every caption. */
  String captioner();

  /** The version of the rules or weights behind it. */
  String revision();

  /** What a model is asked; {@code {class}} stands for the class noun. Empty for none. */
  String prompt();

  /** Everything else that changes an answer, in canonical form. */
  String parameters();

  /** Whether an answer takes time or money, so that it is kept and used again. */
  boolean keepsAnswers();

  /** Whether it computes in this JVM, and so wants a device and threads. */
  boolean computes();

  /**
   * The captioner, ready.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads threads of a computation on a CPU
   */
  Captioner open(String device, int threads);

  /**
   * The caption that a kept answer comes to for a photo with these attributes: an answer is about
   * the pixels, whoever's photo it is, and may leave gaps for what is measured.
   */
  default String worded(String answer, Attributes attributes) {
    return answer;
  }

  /** What a model is asked about a photo of this class of subject. */
  default String prompt(String className) {
    return prompt().replace("{class}", className);
  }
}
