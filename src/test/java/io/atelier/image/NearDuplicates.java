package io.atelier.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which photos of one subject repeat another: a greedy pass from the best photo down. A photo is
 * kept unless one that was kept before it is within the limit, so chains of small steps do not
 * swallow a whole set, and the result does not depend on the order of the input.
 */
public final class NearDuplicates {
  /** Below this gray entropy in bits all hashes look alike and say nothing. */
  private static final double LEAST_ENTROPY = 3.0;

  private static final Comparator<Photo> BEST_FIRST =
      Comparator.comparingLong(Photo::pixels)
          .thenComparingDouble(Photo::sharpness)
          .thenComparingLong(Photo::byteCount)
          .reversed()
          .thenComparing(Photo::id);

  /**
   * One candidate.
   *
   * @param id its identity
   * @param phash DCT hash, 16 hex digits
   * @param pixels width × height
   * @param sharpness focus ratio
   * @param byteCount length of the file
   * @param grayEntropy bits
   */
  public record Photo(
      String id, String phash, long pixels, double sharpness, long byteCount, double grayEntropy) {}

  /** The photo that is kept instead, and in how many bits their hashes differ. */
  public record Match(String keptId, int bits) {}

  private NearDuplicates() {}

  /** The photos to leave out, by id; a negative limit leaves none out. */
  public static Map<String, Match> find(List<Photo> photos, int maxBits) {
    List<Photo> ranked = new ArrayList<>(photos);
    ranked.sort(BEST_FIRST);
    List<Photo> kept = new ArrayList<>();
    Map<String, Match> left = new TreeMap<>();
    for (Photo photo : ranked) {
      if (photo.grayEntropy() < LEAST_ENTROPY) {
        continue;
      }
      Match closest = closest(photo, kept);
      if (closest != null && closest.bits() <= maxBits) {
        left.put(photo.id(), closest);
      } else {
        kept.add(photo);
      }
    }
    return left;
  }

  private static Match closest(Photo photo, List<Photo> kept) {
    return kept.stream()
        .map(other -> new Match(other.id(), Hashes.distance(photo.phash(), other.phash())))
        .min(Comparator.comparingInt(Match::bits).thenComparing(Match::keptId))
        .orElse(null);
  }
}
