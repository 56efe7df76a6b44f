package io.atelier.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files byte by byte, right or wrong. */
final class HeaderBytes {
  private HeaderBytes() {}

  /** A file with this header, its true length in front, and so many bytes 0, 1, 2, ... of data. */
  static Path write(Path file, String header, int dataLength) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(file, json.length, json, dataLength);
  }

  /** The same with a length that may be a lie. */
  static Path write(Path file, long length, byte[] header, int dataLength) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataLength).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header);
    for (int i = 0; i < dataLength; i++) {
      bytes.put((byte) i);
    }
    return Files.write(file, bytes.array());
  }
}
