package io.atelier.report;

import java.util.List;

/**
 * How many photos of a subject there are, shown or not.
 *
 * @param photos that came in
 * @param accepted of these
 * @param captioned of the accepted ones
 */
public record PhotoCounts(long photos, long accepted, long captioned) {
  static PhotoCounts of(List<PhotoReport> all) {
    List<PhotoReport> accepted = all.stream().filter(PhotoReport::accepted).toList();
    long captioned = accepted.stream().filter(photo -> photo.caption() != null).count();
    return new PhotoCounts(all.size(), accepted.size(), captioned);
  }

  long refused() {
    return photos - accepted;
  }
}
