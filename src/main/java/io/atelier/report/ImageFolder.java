package io.atelier.report;

import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The folder {@code img/}: every image once, named by its content. */
final class ImageFolder {
  private static final int LONG_SIDE = 640;

  /**
   * A small copy, ready to be written.
   *
   * @param jpeg the file; null if there is none
   * @param problem why there is none, else null
   */
  private record Small(byte[] jpeg, int width, int height, String problem) {
    static Small of(ImageBytes source) {
      try {
        Rgb image = Thumbnail.read(source, LONG_SIDE);
        byte[] jpeg = Thumbnails.jpeg(image, LONG_SIDE);
        return new Small(jpeg, image.width(), image.height(), null);
      } catch (IOException failed) {
        return new Small(null, 0, 0, failed.getMessage());
      }
    }
  }

  /**
   * An image of the page.
   *
   * @param path relative to the page; null if it cannot be shown
   * @param problem why it cannot be shown, else null
   */
  private record Tile(String path, int width, int height, String problem) {}

  private final ReportSink sink;
  private final Map<ImageBytes, Tile> tiles = new IdentityHashMap<>();
  private final Set<String> written = new HashSet<>();
  private final List<String> unreadable = new ArrayList<>();

  ImageFolder(ReportSink sink) {
    this.sink = sink;
  }

  /** How many different images were written. */
  int size() {
    return written.size();
  }

  /** One line for every image that could not be shown, in the order of the report. */
  List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  /** Reads, shrinks and writes all images of a subject; the slow part, on all cores. */
  void add(SubjectReport subject) throws IOException {
    Map<ImageBytes, String> names = new LinkedHashMap<>();
    for (PhotoReport photo : subject.photos()) {
      names.put(photo.image(), subject.name() + ", photo " + photo.source());
    }
    for (PictureReport picture : subject.pictures()) {
      names.put(picture.image(), subject.name() + ", picture " + picture.look());
    }
    add(names);
  }

  /** The same of single images with their names for people; null stands for no image. */
  void add(Map<ImageBytes, String> names) throws IOException {
    names.remove(null);
    List<ImageBytes> sources = List.copyOf(names.keySet());
    List<Small> copies = sources.parallelStream().map(Small::of).toList();
    for (int i = 0; i < copies.size(); i++) {
      ImageBytes source = sources.get(i);
      tiles.put(source, publish(copies.get(i), names.get(source)));
    }
  }

  private Tile publish(Small copy, String name) throws IOException {
    if (copy.problem() != null) {
      unreadable.add(name + ": " + copy.problem());
      return new Tile(null, 0, 0, copy.problem());
    }
    String path = "img/" + hash(copy.jpeg()) + ".jpg";
    if (written.add(path)) {
      sink.put(path, copy.jpeg());
    }
    return new Tile(path, copy.width(), copy.height(), null);
  }

  /**
   * An image that was added, as a tile that opens the image when it is clicked, or a tile with the
   * reason why it cannot be shown.
   *
   * @param alt what it shows
   * @param hint shown when the pointer rests on it
   */
  Html picture(ImageBytes source, String alt, String hint) {
    Tile tile = tiles.get(source);
    if (tile.problem() != null) {
      return missing("none", tile.problem(), alt);
    }
    return Html.of(
        """
        <a class="tile" href="{}" title="{}"><img src="{}" alt="{}" width="{}" height="{}" \
        loading="lazy" decoding="async"></a>
        """,
        tile.path(),
        hint,
        tile.path(),
        alt,
        tile.width(),
        tile.height());
  }

  /**
   * A tile that says why there is no picture.
   *
   * @param kind CSS class
   */
  static Html missing(String kind, String reason, String alt) {
    return Html.of(
        """
        <div class="tile {}" role="img" aria-label="{}: {}" title="{}"><span>{}</span></div>
        """,
        kind,
        alt,
        reason,
        reason,
        reason);
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
