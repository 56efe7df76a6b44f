package io.atelier.store;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what a person types into URIs and joins names to them. A typed location is never
 * percent-encoded, as everywhere in Hadoop: {@code s3a://bucket/my%20photos} has a per cent sign in
 * its key. URIs are encoded, as everywhere in Java.
 */
public final class Locations {
  private static final Pattern SCHEME =
      Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]+):(//([^/]*))?(/.*)?$");

  private Locations() {}

  /**
   * The URI of a typed location: a path of this machine, relative or absolute, or {@code
   * scheme://authority/path}.
   *
   * @throws AtelierException BAD_INPUT if it is empty or no location
   */
  public static URI parse(String location) {
    if (location == null || location.isBlank()) {
      throw new AtelierException(ErrorCode.BAD_INPUT, "A location is empty; give a path or a URI.");
    }
    Matcher matcher = SCHEME.matcher(location);
    if (!matcher.matches() || (matcher.group(2) == null && matcher.group(4) == null)) {
      return file(Path.of(location));
    }
    String authority =
        matcher.group(3) == null || matcher.group(3).isEmpty() ? null : matcher.group(3);
    String path = matcher.group(4) == null ? "/" : matcher.group(4);
    return uri(matcher.group(1), authority, trimmed(path));
  }

  /** The {@code file:} URI of a path of this machine. */
  public static URI file(Path path) {
    return uri("file", null, path.toAbsolutePath().normalize().toString());
  }

  /** The URI of a name, or a relative path, inside a folder; the name is not percent-encoded. */
  public static URI child(URI folder, String name) {
    return uri(
        folder.getScheme(), folder.getRawAuthority(), trimmed(folder.getPath()) + "/" + name);
  }

  /** As Hadoop and Spark write paths: not percent-encoded. */
  public static String text(URI uri) {
    return hadoop(uri).toString();
  }

  /** Whether the URI is a path of this machine. */
  public static boolean isLocal(URI uri) {
    return "file".equals(uri.getScheme());
  }

  static org.apache.hadoop.fs.Path hadoop(URI uri) {
    return new org.apache.hadoop.fs.Path(uri);
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static URI uri(String scheme, String authority, String path) {
    try {
      return new URI(scheme, authority, path.isEmpty() ? "/" : path, null, null);
    } catch (URISyntaxException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The location '"
              + path
              + "' is no URI: "
              + e.getReason()
              + ". Give a path or scheme://bucket/path.",
          e);
    }
  }
}
