package io.atelier.style;

import io.atelier.provenance.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Seeds for a look that only says how many it wants. */
final class Seeds {
  /** The noise generator keeps 32 bits; larger seeds would repeat smaller ones in secret. */
  static final long MAX = 0xFFFF_FFFFL;

  private Seeds() {}

  /**
   * The first ones of an endless list that depends on the pack and the look: more keep the rest.
   */
  static List<Long> derived(String pack, String look, int count) {
    return IntStream.range(0, count).mapToObj(index -> derived(pack, look, (long) index)).toList();
  }

  private static Long derived(String pack, String look, long index) {
    String text = "seed\n" + pack + "\n" + look + "\n" + index;
    return Long.parseLong(Hashes.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, 8), 16);
  }
}
