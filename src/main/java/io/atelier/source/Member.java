package io.atelier.source;

import java.util.Locale;
import java.util.Set;

/**
 * A file of a folder or of a tar. What belongs together agrees in a tar up to the first dot of the
 * last part, as in WebDataset, in a folder up to the last one, since names there often have dots:
 * {@code a/7.jpg}, {@code a/7.txt}, {@code a/7.cls}.
 *
 * @param path its path, parts separated by {@code /}
 */
public record Member(String path, Incoming.Content content) {
  private static final Set<String> SIDECARS = Set.of("txt", "caption", "json", "cls");

  /**
   * What the members of one sample share in a tar: the path up to the first dot of its last part.
   */
  public String sampleOfTar() {
    int name = path.lastIndexOf('/') + 1;
    // A leading dot starts a hidden file's name, not its extension.
    int dot = path.indexOf('.', name + 1);
    return dot < 0 ? path : path.substring(0, dot);
  }

  /** What the members of one sample share in a folder: the path without its extension. */
  public String sampleOfFolder() {
    int dot = path.lastIndexOf('.');
    return dot <= path.lastIndexOf('/') + 1 ? path : path.substring(0, dot);
  }

  /** The last extension in lower case without its dot; empty for none. */
  String extension() {
    int dot = path.lastIndexOf('.');
    return dot <= path.lastIndexOf('/') + 1 ? "" : path.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether it says something of an image and is none itself. */
  public boolean isSidecar() {
    return SIDECARS.contains(extension());
  }

  /** Whether an operating system or an archiver left it behind: hidden, or known as litter. */
  public static boolean isLitter(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(".")
        || name.equals("Thumbs.db")
        || name.equals("desktop.ini")
        || ("/" + path).contains("/__MACOSX/");
  }
}
