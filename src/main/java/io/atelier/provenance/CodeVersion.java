package io.atelier.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of this program: {@code 0.1.0+1a2b3c4d5e6f} if it was built in a git working tree,
 * with {@code -dirty} if there were changes, else {@code 0.1.0}. Written by the build into {@code
 * version.properties} next to this class.
 */
public final class CodeVersion {
  private static final String CURRENT = read();

  private CodeVersion() {}

  /** The version of the running program. */
  public static String current() {
    return CURRENT;
  }

  /** The released version alone, e.g. {@code 0.1.0}. */
  public static String release() {
    return CURRENT.split("\\+", 2)[0];
  }

  static String format(String version, String revision, boolean dirty) {
    if (revision == null || revision.isBlank() || revision.startsWith("$")) {
      return version;
    }
    return version + "+" + revision + (dirty ? "-dirty" : "");
  }

  private static String read() {
    Properties properties = new Properties();
    try (InputStream in = CodeVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return format(
        properties.getProperty("version"),
        properties.getProperty("revision"),
        Boolean.parseBoolean(properties.getProperty("dirty")));
  }
}
