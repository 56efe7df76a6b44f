package io.atelier.nn;

import java.util.List;

/**
 * Where one tensor lies in a safetensors file.
 *
 * @param dtype element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record TensorInfo(Dtype dtype, List<Long> shape, long begin, long end) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** The shape as libtorch takes it. */
  public long[] sizes() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Number of elements. */
  public long elements() {
    return bytes() / dtype.bytes();
  }

  /** Number of bytes. */
  public long bytes() {
    return end - begin;
  }
}
