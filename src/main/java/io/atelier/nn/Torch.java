package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What every package needs from libtorch: loading, threads, and the way between Java arrays and
 * tensors.
 *
 * <p>Native memory follows one discipline. A {@code Tensor} is a counted handle; every handle that
 * libtorch returns belongs to the innermost open {@link PointerScope} of the thread and dies with
 * it. So computations run inside {@code try (PointerScope scope = new PointerScope())}, and what
 * must outlive the scope is passed through {@link #keep} (then its owner, always an {@code
 * AutoCloseable}, calls {@link #release}) or handed to the surrounding scope with {@link
 * Scopes#keep}. Without an open scope a handle lives until the garbage collector finds it, which
 * for tensors is too late: never compute outside a scope.
 */
public final class Torch {
  private Torch() {}

  /** Loads libtorch once; a failure says what was missing. */
  public static void loadNatives() {
    Natives.load();
  }

  /**
   * Sets how many threads one operator may use, for the whole process. On a machine with less idle
   * cores than threads, more threads are slower, by much.
   */
  public static void threads(int count) {
    if (count < 1) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "threads is " + count + ", but must be at least 1");
    }
    loadNatives();
    torch.set_num_threads(count);
  }

  /**
   * Asks libtorch for algorithms that give the same bits each time on a GPU, for the whole process;
   * of what it has none for it warns. cuBLAS also wants {@code CUBLAS_WORKSPACE_CONFIG=:4096:8} in
   * the environment. On CPUs our results do not vary without it.
   */
  public static void deterministic() {
    loadNatives();
    Context context = torch.globalContext();
    context.setDeterministicAlgorithms(true, true);
    context.setDeterministicFillUninitializedMemory(false);
  }

  /** How many threads one operator may use. */
  public static int threads() {
    loadNatives();
    return torch.get_num_threads();
  }

  /** Keeps a pointer beyond its scope; the owner must {@link #release} it. Returns the pointer. */
  public static <P extends Pointer> P keep(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /** Gives up a pointer that {@link #keep} kept. Null is allowed. */
  public static void release(Pointer pointer) {
    if (pointer != null) {
      pointer.releaseReference();
    }
  }

  /** A float32 tensor on the CPU with a copy of the values, in row-major order. */
  public static Tensor tensor(float[] values, long... shape) {
    checkCount(values.length, shape);
    Tensor result = empty(ScalarType.Float, shape);
    if (values.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        new FloatPointer(result.data_ptr()).put(values);
      }
    }
    return result;
  }

  /** An int64 tensor on the CPU with a copy of the values, in row-major order. */
  public static Tensor tensor(long[] values, long... shape) {
    checkCount(values.length, shape);
    Tensor result = empty(ScalarType.Long, shape);
    if (values.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        new LongPointer(result.data_ptr()).put(values);
      }
    }
    return result;
  }

  /** A uint8 tensor on the CPU with a copy of the bytes, in row-major order. */
  public static Tensor tensor(byte[] values, long... shape) {
    checkCount(values.length, shape);
    Tensor result = empty(ScalarType.Byte, shape);
    if (values.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        new BytePointer(result.data_ptr()).put(values);
      }
    }
    return result;
  }

  /** A float32 tensor without dimensions on the CPU. */
  public static Tensor scalar(float value) {
    return tensor(new float[] {value});
  }

  /** Uninitialised memory on the CPU. */
  public static Tensor empty(ScalarType type, long... shape) {
    loadNatives();
    try (Device cpu = new Device("cpu")) {
      return empty(type, cpu, shape);
    }
  }

  /** Uninitialised memory on a device; on device {@code meta} a shape without memory. */
  public static Tensor empty(ScalarType type, Device device, long... shape) {
    loadNatives();
    try (TensorOptions plain = new TensorOptions(type);
        DeviceOptional where = new DeviceOptional(device);
        TensorOptions options = plain.device(where)) {
      return torch.empty(shape, options, null);
    }
  }

  /** All elements as float32 in row-major order, from any device and any type. */
  public static float[] floats(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = onCpu(tensor, ScalarType.Float);
      float[] values = new float[arrayLength(dense)];
      if (values.length > 0) {
        new FloatPointer(dense.data_ptr()).get(values);
      }
      return values;
    }
  }

  /** All elements as int64 in row-major order, from any device; fractions are cut off. */
  public static long[] longs(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = onCpu(tensor, ScalarType.Long);
      long[] values = new long[arrayLength(dense)];
      if (values.length > 0) {
        new LongPointer(dense.data_ptr()).get(values);
      }
      return values;
    }
  }

  /** The elements' memory as it is, little-endian, in row-major order. */
  public static byte[] bytes(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = onCpu(tensor, tensor.scalar_type().intern());
      if (dense.nbytes() > Integer.MAX_VALUE - 8) {
        throw tooLong(dense.nbytes(), "bytes");
      }
      byte[] values = new byte[(int) dense.nbytes()];
      if (values.length > 0) {
        new BytePointer(dense.data_ptr()).get(values);
      }
      return values;
    }
  }

  /** The sizes, outermost first. */
  public static long[] shape(Tensor tensor) {
    return tensor.shape();
  }

  /** A number as operators such as {@code mul} take it. */
  public static Scalar number(double value) {
    loadNatives();
    return new Scalar(value);
  }

  private static Tensor onCpu(Tensor tensor, ScalarType type) {
    Device cpu = new Device("cpu");
    return tensor.detach().to(cpu, type).contiguous();
  }

  private static void checkCount(int given, long... shape) {
    long wanted = 1;
    for (long size : shape) {
      wanted = Math.multiplyExact(wanted, size);
    }
    if (wanted != given) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          given
              + " values do not fill a tensor of shape "
              + Arrays.toString(shape)
              + "; this is a defect of the program");
    }
  }

  private static int arrayLength(Tensor tensor) {
    if (tensor.numel() > Integer.MAX_VALUE - 8) {
      throw tooLong(tensor.numel(), "elements");
    }
    return (int) tensor.numel();
  }

  private static AtelierException tooLong(long count, String what) {
    return new AtelierException(
        ErrorCode.INTERNAL,
        "a tensor of " + count + " " + what + " does not fit a Java array; copy it in parts");
  }

  /** Loads in its static initialiser, so once and under the class loader's lock. */
  private static final class Natives {
    private static final Throwable FAILURE = tryLoad();

    private static Throwable tryLoad() {
      try {
        Loader.load(torch.class);
        return null;
      } catch (LinkageError failure) {
        return failure;
      }
    }

    static void load() {
      if (FAILURE != null) {
        throw new AtelierException(
            ErrorCode.INTERNAL,
            "libtorch does not load: "
                + FAILURE.getMessage()
                + "; the program needs Linux on x86-64 with glibc 2.27 or newer and a writable"
                + " folder for native libraries (org.bytedeco.javacpp.cachedir)",
            FAILURE);
      }
    }
  }
}
