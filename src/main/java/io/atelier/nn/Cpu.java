package io.atelier.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine's processor can do. */
final class Cpu {
  private static final boolean BFLOAT16_TILES = has("amx_bf16");
  private static final boolean BFLOAT16 = BFLOAT16_TILES || has("avx512_bf16");

  private Cpu() {}

  /** Whether it multiplies bfloat16 matrices itself (AMX). */
  static boolean bfloat16Tiles() {
    return BFLOAT16_TILES;
  }

  /**
   * Whether it multiplies bfloat16 numbers itself; others unpack them first and take far longer.
   */
  static boolean bfloat16() {
    return BFLOAT16;
  }

  private static boolean has(String flag) {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains(" " + flag);
    } catch (IOException e) {
      return false;
    }
  }
}
