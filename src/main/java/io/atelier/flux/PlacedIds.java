package io.atelier.flux;

import java.util.Arrays;

/**
 * The ids of a prompt in which learned vectors take the place of a word.
 *
 * @param ids all ids as the encoder takes them; those of the word's place are not read
 * @param from position of the first vector
 * @param count vectors that were not cut off with the end of a long prompt, 0 or more
 */
record PlacedIds(long[] ids, int from, int count) {

  /**
   * Puts {@code vectors} positions in place of a run of ids and cuts at {@code most} ids. A place
   * carries the id that it replaces, so that no end token is found there.
   */
  static PlacedIds of(long[] ids, int start, int end, int vectors, int most) {
    long[] placed = new long[ids.length - (end - start) + vectors];
    System.arraycopy(ids, 0, placed, 0, start);
    Arrays.fill(placed, start, start + vectors, ids[start]);
    System.arraycopy(ids, end, placed, start + vectors, ids.length - end);
    int kept = Math.min(placed.length, most);
    int from = Math.min(start, kept);
    return new PlacedIds(Arrays.copyOf(placed, kept), from, Math.min(vectors, kept - from));
  }
}
