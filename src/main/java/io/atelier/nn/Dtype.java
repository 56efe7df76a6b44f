package io.atelier.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types this program reads and writes, under their names in a safetensors header. */
public enum Dtype {
  F64(8, ScalarType.Double),
  F32(4, ScalarType.Float),
  F16(2, ScalarType.Half),
  BF16(2, ScalarType.BFloat16),
  I64(8, ScalarType.Long),
  I32(4, ScalarType.Int),
  U8(1, ScalarType.Byte),
  BOOL(1, ScalarType.Bool);

  private final int bytes;
  private final ScalarType scalarType;

  Dtype(int bytes, ScalarType scalarType) {
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** libtorch's name of the type. */
  public ScalarType scalarType() {
    return scalarType;
  }

  /** The type with this header name, or null if this program does not know it. */
  public static Dtype named(String name) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return null;
  }

  /**
   * The type of a tensor's elements, or null if safetensors files of this program cannot hold it.
   */
  public static Dtype of(Tensor tensor) {
    byte value = tensor.scalar_type().value;
    for (Dtype dtype : values()) {
      if (dtype.scalarType.value == value) {
        return dtype;
      }
    }
    return null;
  }
}
