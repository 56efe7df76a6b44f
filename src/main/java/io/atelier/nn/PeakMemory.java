package io.atelier.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * The most memory that was in use since {@link #reset}: on a GPU what libtorch allocated on it
 * ({@code torch.cuda.max_memory_allocated}), on a CPU the resident memory of the whole process,
 * other threads' and mapped weights included ({@code VmHWM} of Linux).
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String CLEAR_PEAK = "5";

  private PeakMemory() {}

  /** Starts to measure anew, where the system allows it; else the peak is since the start. */
  public static void reset(String device) {
    try {
      if (isGpu(device)) {
        torch.resetPeakStats(index(device));
      } else if (Files.isWritable(CLEAR)) {
        Files.writeString(CLEAR, CLEAR_PEAK);
      }
    } catch (IOException | RuntimeException | LinkageError unavailable) {
      // The peak is then that of a longer time.
    }
  }

  /** Bytes; null where neither the GPU's libtorch nor Linux tells. */
  public static Long bytes(String device) {
    try {
      return isGpu(device) ? allocated(index(device)) : resident();
    } catch (IOException | RuntimeException | LinkageError unavailable) {
      return null;
    }
  }

  /** Gives what libtorch keeps of a GPU's memory for later back to the GPU. */
  public static void release(String device) {
    if (isGpu(device)) {
      try {
        torch.emptyCache();
      } catch (RuntimeException | LinkageError unavailable) {
        // libtorch empties its cache by itself before it gives up.
      }
    }
  }

  private static Long allocated(byte gpu) {
    try (PointerScope scope = new PointerScope()) {
      return torch.getDeviceStats(gpu).allocated_bytes().peak();
    }
  }

  private static Long resident() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return null;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      Optional<String> peak = lines.filter(line -> line.startsWith("VmHWM:")).findFirst();
      return peak.map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).orElse(null);
    }
  }

  private static boolean isGpu(String device) {
    return device.startsWith("cuda:");
  }

  private static byte index(String device) {
    return Byte.parseByte(device.substring("cuda:".length()));
  }
}
