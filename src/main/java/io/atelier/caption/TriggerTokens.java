package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;

/**
 * Trigger tokens: 5 to 8 lower-case letters that can be spoken and are no word.
 *
 * <p>Every token holds one of ten letter pairs that occur in none of the 115,000 words of the list
 * that Debian ships as american-english-large, so it is no English word by construction; fragments
 * that a person would not want to stand for them are left out as well. The same subject key always
 * gives the same token, as long as it is not taken.
 */
public final class TriggerTokens {
  private static final String CONSONANTS = "bdfgklmnprstvz";
  private static final String VOWELS = "aeiou";
  private static final List<String> PAIRS =
      List.of("fv", "fz", "jz", "kz", "vx", "xk", "zf", "zj", "zx", "vm");

  /** C consonant, V vowel, P pair. */
  private static final List<String> SHAPES =
      List.of("VPVC", "CVPVC", "CVPVCV", "VPVCVC", "CVPVCVC", "VCVPVC");

  private static final Set<String> UNWANTED = unwanted();
  private static final int ATTEMPTS = 100_000;

  private TriggerTokens() {}

  /**
   * A token for a subject.
   *
   * @param subjectKey whatever identifies the subject for good
   * @param taken tokens of other subjects
   * @throws AtelierException with {@code INTERNAL} when nearly all tokens are taken
   */
  public static String generate(String subjectKey, Set<String> taken) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String token = token(sha256(subjectKey + "\n" + attempt));
      if (!taken.contains(token) && isWanted(token)) {
        return token;
      }
    }
    throw new AtelierException(
        ErrorCode.INTERNAL,
        "No free trigger token for subject "
            + subjectKey
            + " after "
            + ATTEMPTS
            + " attempts with "
            + taken.size()
            + " taken; give the subject a trigger of its own");
  }

  /** Whether a token follows the rules for generated ones; people may choose others. */
  static boolean isWanted(String token) {
    return token.matches("[a-z]{5,8}")
        && PAIRS.stream().anyMatch(token::contains)
        && UNWANTED.stream().noneMatch(token::contains);
  }

  private static String token(byte[] digest) {
    String shape = SHAPES.get(Math.floorMod(digest[0], SHAPES.size()));
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < shape.length(); i++) {
      int choice = (digest[2 * i + 1] & 0xFF) << 8 | (digest[2 * i + 2] & 0xFF);
      switch (shape.charAt(i)) {
        case 'C' -> token.append(CONSONANTS.charAt(choice % CONSONANTS.length()));
        case 'V' -> token.append(VOWELS.charAt(choice % VOWELS.length()));
        default -> token.append(PAIRS.get(choice % PAIRS.size()));
      }
    }
    return token.toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static Set<String> unwanted() {
    try (InputStream in = TriggerTokens.class.getResourceAsStream("unwanted-fragments.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return Set.copyOf(
          lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
