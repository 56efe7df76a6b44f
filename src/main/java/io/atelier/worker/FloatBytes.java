package io.atelier.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.spark.sql.Row;

/** Numbers as a binary column: 32-bit floats, little-endian. Spark copies those at once. */
public final class FloatBytes {
  private FloatBytes() {}

  /** The bytes of numbers. */
  public static byte[] of(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  /**
   * The numbers in a column of a row: binary as here, or array&lt;float&gt;. A row that Spark hands
   * on without a schema has an array as it was put in.
   */
  public static float[] of(Row row, int column) {
    Object value = row.get(column);
    if (value instanceof byte[] bytes) {
      return read(bytes);
    }
    List<Float> list = value instanceof Float[] own ? List.of(own) : row.getList(column);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  /** The numbers of bytes. */
  static float[] read(byte... bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
