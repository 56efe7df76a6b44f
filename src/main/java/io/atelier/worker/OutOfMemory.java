package io.atelier.worker;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells failures for want of memory, of a GPU, of the machine or of the JVM, from others. */
final class OutOfMemory {
  private OutOfMemory() {}

  /**
   * Whether memory ran out. libtorch says "CUDA out of memory" ({@code c10::OutOfMemoryError}) or
   * "DefaultCPUAllocator: can't allocate memory", C++ {@code std::bad_alloc}; JavaCPP passes them
   * on as the text of a RuntimeException.
   */
  static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError || says(String.valueOf(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The result of {@code work} or, if memory runs out on the way, of {@code smaller}.
   *
   * @param before runs between the two
   */
  static <T> T onceMore(Supplier<T> work, Consumer<Throwable> before, Supplier<T> smaller) {
    try {
      return work.get();
    } catch (RuntimeException | OutOfMemoryError failure) {
      if (!is(failure)) {
        throw failure;
      }
      before.accept(failure);
    }
    return smaller.get();
  }

  private static boolean says(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("out of memory")
        || text.contains("can't allocate memory")
        || text.contains("cannot allocate memory")
        || text.contains("std::bad_alloc")
        // Of cuBLAS, cuDNN and cuSOLVER.
        || text.contains("_status_alloc_failed");
  }
}
