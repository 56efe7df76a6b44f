package io.atelier.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as a binary column: 32-bit floats, little-endian. Spark copies those at once. */
public final class FloatBytes {
  private FloatBytes() {}

  /** The bytes of numbers. */
  public static byte[] of(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  /** The numbers of bytes. */
  public static float[] read(byte... bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
