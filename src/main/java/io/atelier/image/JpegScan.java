package io.atelier.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Walks over the Huffman codes of a JPEG that is one sequential scan, as most cameras and programs
 * write them (ITU-T T.81, annex F), without computing a pixel. It says that the data are whole only
 * if it is certain: valid codes, all blocks of the frame, every restart marker and the end of the
 * image where they belong.
 */
final class JpegScan {
  private static final int SOF0 = 0xC0;
  private static final int SOF1 = 0xC1;
  private static final int DHT = 0xC4;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int DQT = 0xDB;
  private static final int DRI = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int COMMENT = 0xFE;
  private static final int RESTART = 0xD0;

  /** A block's last coefficient, and the most bits that one has. */
  private static final int LAST_PLACE = 63;

  private static final int MOST_SIZE = 15;

  /** The symbol of 16 zeros in a row. */
  private static final int LONG_RUN = 0xF0;

  /** More than the longest code and the bits that belong to it. */
  private static final int MOST_BITS = 32;

  /** A channel of the frame: how many blocks across and down it has in a unit. */
  private record Channel(int across, int down) {}

  private final byte[] data;
  private final HuffmanTable[] tables = new HuffmanTable[8];
  private Channel[] channels = {};
  private int width;
  private int height;
  private int interval;
  private int at = 2;

  /** Bits that were read and not used, the last {@code count} of this number. */
  private long bits;

  private int count;

  /** How many of them, at the end, are zeros behind the last byte in front of a marker. */
  private int invented;

  private JpegScan(byte[] data) {
    this.data = data;
  }

  /** Whether it is certain that nothing is missing or damaged. */
  static boolean isWhole(byte[] data) {
    try {
      return new JpegScan(data).segments();
    } catch (ArrayIndexOutOfBoundsException | ArithmeticException damaged) {
      return false;
    }
  }

  private int u8(int position) {
    return data[position] & 0xFF;
  }

  private int u16(int position) {
    return u8(position) << 8 | u8(position + 1);
  }

  private boolean segments() {
    while (u8(at) == 0xFF) {
      int marker = u8(at + 1);
      int body = at + 4;
      at += 2 + u16(at + 2);
      if (marker == SOF0 || marker == SOF1) {
        frame(body);
      } else if (marker == DHT) {
        huffman(body);
      } else if (marker == DRI) {
        interval = u16(body);
      } else if (marker == SOS) {
        return scan(body);
      } else if (marker != DQT && marker != COMMENT && (marker & 0xF0) != APP0) {
        return false;
      }
    }
    return false;
  }

  private void frame(int body) {
    height = u16(body + 1);
    width = u16(body + 3);
    channels = new Channel[u8(body + 5)];
    for (int i = 0; i < channels.length; i++) {
      int factors = u8(body + 7 + 3 * i);
      channels[i] = new Channel(factors >> 4, factors & 0xF);
    }
  }

  private void huffman(int body) {
    for (int from = body; from < at; ) {
      int[] counts = new int[16];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = u8(from + 1 + i);
      }
      int symbols = from + 1 + counts.length;
      int end = symbols + Arrays.stream(counts).sum();
      HuffmanTable table = new HuffmanTable(counts, Arrays.copyOfRange(data, symbols, end));
      tables[(u8(from) >> 4 << 2) + (u8(from) & 3)] = table;
      from = end;
    }
  }

  private boolean scan(int body) {
    if (channels.length == 0 || u8(body) != channels.length) {
      return false;
    }
    boolean alone = channels.length == 1;
    List<HuffmanTable> unit = new ArrayList<>();
    for (int i = 0; i < channels.length; i++) {
      int chosen = u8(body + 2 + 2 * i);
      for (int block = alone ? 1 : channels[i].across * channels[i].down; block > 0; block--) {
        unit.add(tables[chosen >> 4 & 3]);
        unit.add(tables[4 + (chosen & 3)]);
      }
    }
    int across = alone ? 1 : Arrays.stream(channels).mapToInt(Channel::across).max().getAsInt();
    int down = alone ? 1 : Arrays.stream(channels).mapToInt(Channel::down).max().getAsInt();
    long units = (long) blocks(width, across) * blocks(height, down);
    return !unit.contains(null) && units(units, unit.toArray(HuffmanTable[]::new));
  }

  private static int blocks(int pixels, int factor) {
    return (pixels + 8 * factor - 1) / (8 * factor);
  }

  private boolean units(long units, HuffmanTable[] unit) {
    for (long i = 0; i < units; i++) {
      if (interval > 0 && i > 0 && i % interval == 0) {
        if (!ends(RESTART + (int) ((i / interval - 1) % 8))) {
          return false;
        }
      }
      for (int block = 0; block < unit.length; block += 2) {
        if (!block(unit[block], unit[block + 1])) {
          return false;
        }
      }
    }
    return ends(EOI);
  }

  /** Whether the codes end here, at this marker, which is passed. */
  private boolean ends(int marker) {
    fill();
    int left = count - invented;
    boolean here = left >= 0 && left < 8 && u8(at) == 0xFF && u8(at + 1) == marker;
    at += 2;
    bits = 0;
    count = 0;
    invented = 0;
    return here;
  }

  /** Passes the codes of one block, with the state in local variables, which is much faster. */
  private boolean block(HuffmanTable constant, HuffmanTable others) {
    long read = bits;
    int left = count;
    HuffmanTable table = constant;
    for (int place = 0; place <= LAST_PLACE; place++) {
      if (left < MOST_BITS) {
        count = left;
        fill();
        read = bits;
        left = count;
      }
      int code = table.code((int) (read >>> (left - Short.SIZE)) & 0xFFFF);
      int symbol = code >> 8;
      left -= code & 0xFF;
      if (code == HuffmanTable.NONE) {
        return false;
      } else if ((symbol & MOST_SIZE) == 0 && symbol != LONG_RUN && place > 0) {
        break;
      }
      place += symbol >> 4;
      if (place > LAST_PLACE || place > 0 && table == constant) {
        return false;
      }
      table = others;
    }
    count = left;
    return left >= invented;
  }

  /** Reads bytes, stuffed zeros left out, until 57 bits are there; zeros from a marker on. */
  private void fill() {
    while (count <= Long.SIZE - Byte.SIZE) {
      int next = u8(at);
      boolean marker = next == 0xFF && u8(at + 1) != 0;
      bits = bits << Byte.SIZE | (marker ? 0 : next);
      count += Byte.SIZE;
      invented += marker ? Byte.SIZE : 0;
      at += marker ? 0 : next == 0xFF ? 2 : 1;
    }
  }
}
