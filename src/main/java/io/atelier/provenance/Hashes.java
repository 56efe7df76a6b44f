package io.atelier.provenance;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** SHA-256 as 64 lower-case hex digits. */
public final class Hashes {
  private Hashes() {}

  /** Hash of bytes. */
  public static String of(byte[] bytes) {
    return hex(sha256().digest(bytes));
  }

  /** Hash of what is left of a stream, which stays open. */
  public static String of(InputStream stream) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return hex(digest.digest());
  }

  /**
   * Hash of a file's bytes.
   *
   * @throws AtelierException NOT_FOUND if it cannot be read
   */
  public static String of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND, "Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Hash of files in their order, by their names and bytes, whatever folder they are in.
   *
   * @throws AtelierException NOT_FOUND if one cannot be read
   */
  public static String ofNamedFiles(List<Path> files) {
    return ofFields(
        files.stream().map(file -> List.of(file.getFileName().toString(), of(file))).toArray());
  }

  /**
   * Hash of a list of fields: strings, numbers, booleans, enum constants, null, lists of those, or
   * records of all these. Each field goes in with its kind and length, so that ("ab", "c"), ("a",
   * "bc") and (["ab"], "c") differ. Numbers count by their Java text: 1 and 1.0 differ. Enum
   * constants count by their names, records by the names and values of their components, whatever
   * their order.
   */
  public static String ofFields(Object... fields) {
    MessageDigest digest = sha256();
    for (Object field : fields) {
      update(digest, field);
    }
    return hex(digest.digest());
  }

  private static void update(MessageDigest digest, Object field) {
    if (field == null) {
      head(digest, 'n', 0);
    } else if (field instanceof List<?> list) {
      head(digest, 'l', list.size());
      list.forEach(item -> update(digest, item));
    } else if (field instanceof Enum<?> constant) {
      update(digest, constant.name());
    } else if (field instanceof Record fields) {
      SortedMap<String, Object> components = components(fields);
      head(digest, 'r', components.size());
      components.forEach(
          (name, value) -> {
            update(digest, name);
            update(digest, value);
          });
    } else if (field instanceof String || field instanceof Number || field instanceof Boolean) {
      byte[] text = field.toString().getBytes(StandardCharsets.UTF_8);
      head(digest, 's', text.length);
      digest.update(text);
    } else {
      throw new IllegalArgumentException("No canonical form for " + field.getClass());
    }
  }

  private static SortedMap<String, Object> components(Record fields) {
    SortedMap<String, Object> components = new TreeMap<>();
    for (RecordComponent component : fields.getClass().getRecordComponents()) {
      try {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        components.put(component.getName(), accessor.invoke(fields));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Every component of a record has an accessor", e);
      }
    }
    return components;
  }

  private static void head(MessageDigest digest, char kind, int length) {
    digest.update((byte) kind);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java has SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
