package io.atelier.style;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A set of looks that is rendered for every subject.
 *
 * @param name lower-case letters, digits, "-" and "_"
 * @param title for people
 * @param description one or two sentences for people; may be empty
 * @param looks at least one
 */
public record StylePack(String name, String title, String description, List<Look> looks) {
  private static final String BUILT_IN = "packs/";

  public StylePack {
    looks = List.copyOf(looks);
  }

  /**
   * Reads a pack from a YAML file, or by the name of a built-in one ("studio", "outdoors", "demo").
   *
   * @throws AtelierException with {@code NOT_FOUND}, or {@code BAD_STYLE_PACK} with every problem
   */
  public static StylePack load(String nameOrFile) {
    if (nameOrFile.matches("[a-z0-9_-]+")) {
      return builtIn(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    try {
      return parse(Files.readString(file), nameOrFile);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "Cannot read the style pack " + file + ": " + e + "; name a YAML file or a built-in pack",
          e);
    }
  }

  /**
   * Reads a pack from YAML text.
   *
   * @param origin where the text came from, for messages
   * @throws AtelierException with {@code BAD_STYLE_PACK}, listing every problem
   */
  public static StylePack parse(String yaml, String origin) {
    return PackReader.read(yaml, origin);
  }

  /** Pictures that one subject gets. */
  public int size() {
    return looks.stream().mapToInt(look -> look.seeds().size()).sum();
  }

  /** Name and content hash, such as "studio@1f0c9a72b3de": a changed pack is another pack. */
  public String version() {
    return name + "@" + Canonical.sha256(Canonical.fields().with("looks", looks)).substring(0, 12);
  }

  private static StylePack builtIn(String name) {
    String resource = BUILT_IN + name + ".yaml";
    try (InputStream in = StylePack.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AtelierException(
            ErrorCode.NOT_FOUND,
            "There is no built-in style pack '"
                + name
                + "'; take studio, outdoors or demo, or give"
                + " a file such as ./"
                + name
                + ".yaml");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "Cannot read the built-in style pack " + resource + ": " + e, e);
    }
  }
}
