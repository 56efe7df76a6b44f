package io.atelier.provenance;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;

/**
 * The ids of rows and files. All but the run's are hashes of content: the same on every machine.
 */
public final class Ids {
  private static final DateTimeFormatter RUN_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** Id of a subject: 16 hex digits of the hash of its name. */
  public static String subject(String name) {
    return Hashes.ofFields("subject", name).substring(0, 16);
  }

  /**
   * Id of an input: the same photo under two names is two inputs with two verdicts.
   *
   * @param assetId sha-256 of the bytes, null if they could not be read
   */
  public static String input(String subjectId, String source, String assetId) {
    return Hashes.ofFields("input", subjectId, source, assetId);
  }

  /**
   * Id of an input that is a part of its source.
   *
   * @param member which part; null for all of it
   */
  public static String input(String subjectId, String source, String member, String assetId) {
    return member == null
        ? input(subjectId, source, assetId)
        : Hashes.ofFields("input", subjectId, source, member, assetId);
  }

  /**
   * Id of what a captioner says of a picture: another revision, prompt or parameter makes another.
   *
   * @param assetId sha-256 of the bytes
   */
  public static String description(
      String assetId, String captioner, String revision, String prompt, String parameters) {
    return Hashes.ofFields("description", assetId, captioner, revision, prompt, parameters);
  }

  /**
   * Id of a caption: a new captioner, revision, trigger token or class noun makes a new caption.
   */
  public static String caption(
      String inputId, String captioner, String revision, String triggerToken, String classNoun) {
    return Hashes.ofFields("caption", inputId, captioner, revision, triggerToken, classNoun);
  }

  /**
   * Id of a training; also the key of all its random numbers.
   *
   * @param subjectId whose it is: two people may send in the same photo
   * @param trainingSet hash of the training images, how they are cropped, and their captions
   * @param classNoun what the subject is
   * @param prior hash of the class samples; null for none
   * @param configHash hash of all settings that change the result
   * @param baseCheckpoint hash of the base checkpoint
   * @param algorithm version of the code's numbers: the same inputs give the same adapter under it
   */
  public static String training(
      String subjectId,
      String trainingSet,
      String classNoun,
      String prior,
      String configHash,
      String baseCheckpoint,
      String algorithm) {
    return Hashes.ofFields(
        "training",
        subjectId,
        trainingSet,
        classNoun,
        prior,
        configHash,
        baseCheckpoint,
        algorithm);
  }

  /**
   * Id of an adapter: what one training made, under one contract.
   *
   * @param allowedPacks sorted
   * @param consent reference of the consent, or null
   */
  public static String adapter(String training, List<String> allowedPacks, String consent) {
    return Hashes.ofFields("adapter", training, allowedPacks, consent);
  }

  /** A new run's id: sorts by time, e.g. {@code 20260301T120000Z-5f3a09c1}. */
  public static String run(Instant start) {
    byte[] suffix = new byte[4];
    RANDOM.nextBytes(suffix);
    return RUN_TIME.format(start) + "-" + HexFormat.of().formatHex(suffix);
  }
}
