package io.atelier.image;

/**
 * A Huffman table of a JPEG file (ITU-T T.81, annex C), for those who count symbols and bits but
 * want no values. The low four bits of a symbol say how many further bits belong to it.
 */
final class HuffmanTable {
  /** No code starts with these bits. */
  static final int NONE = 0;

  private static final int LONGEST = 16;
  private static final int PREFIX = 10;

  /** For each start of 10 bits what {@link #code} gives; {@link #NONE} for longer codes. */
  private final int[] starts = new int[1 << PREFIX];

  private final byte[] symbols;

  /** For each length one past the last code, and what turns a code into its symbol's place. */
  private final int[] end = new int[LONGEST + 1];

  private final int[] offset = new int[LONGEST + 1];

  /**
   * Builds the table.
   *
   * @param counts for lengths of 1 to 16 bits how many codes there are
   * @param symbols in the order of their codes, as many as the counts say
   */
  HuffmanTable(int[] counts, byte[] symbols) {
    this.symbols = symbols;
    int code = 0;
    int at = 0;
    for (int length = 1; length <= LONGEST; length++) {
      offset[length] = at - code;
      for (int i = 0; i < counts[length - 1]; i++) {
        fill(code++, length, entry(at++, length));
      }
      end[length] = code;
      code <<= 1;
    }
  }

  private int entry(int at, int length) {
    int symbol = symbols[at] & 0xFF;
    return symbol << 8 | length + (symbol & 0xF);
  }

  private void fill(int code, int length, int entry) {
    int free = PREFIX - length;
    for (int i = 0; free >= 0 && i < 1 << free; i++) {
      starts[code << free | i] = entry;
    }
  }

  /**
   * The code that 16 bits start with, as {@code symbol << 8 | bits}, the bits that belong to the
   * symbol included; or {@link #NONE}.
   */
  int code(int bits) {
    int known = starts[bits >>> (LONGEST - PREFIX)];
    return known != NONE ? known : search(bits);
  }

  private int search(int bits) {
    for (int length = PREFIX + 1; length <= LONGEST; length++) {
      int code = bits >>> (LONGEST - length);
      if (code < end[length]) {
        return entry(offset[length] + code, length);
      }
    }
    return NONE;
  }
}
