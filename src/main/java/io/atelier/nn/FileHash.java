package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 of files, remembered by path, size and modification time for the life of the process: a
 * checkpoint of tens of gigabytes is read once, not once a task.
 */
public final class FileHash {
  private static final int BUFFER = 1 << 20;
  private static final Map<Key, String> KNOWN = new ConcurrentHashMap<>();

  private FileHash() {}

  private record Key(Path path, long size, FileTime modified) {}

  /** The hash of the file's bytes in lower-case hexadecimal. */
  public static String sha256(Path path) {
    try {
      Path real = path.toRealPath();
      Key key = new Key(real, Files.size(real), Files.getLastModifiedTime(real));
      String known = KNOWN.get(key);
      if (known == null) {
        known = read(real);
        KNOWN.put(key, known);
      }
      return known;
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          path + " cannot be read: " + e + "; check the path and its permissions",
          e);
    }
  }

  private static String read(Path path) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(path)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of some bytes in lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "this Java runtime has no SHA-256; use another one", e);
    }
  }
}
