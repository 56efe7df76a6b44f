package io.atelier.nn;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** How much memory a device has. */
public final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * All of its memory in bytes, used or not, so that what is planned with it is the same on every
   * run: a GPU's own, or on the CPU that of the machine or container.
   */
  public static long total(Compute compute) {
    if (compute.onCpu()) {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getTotalMemorySize();
    }
    try (PointerScope scope = new PointerScope()) {
      return torch.getMemoryInfo((byte) compute.torchDevice().index()).second();
    }
  }
}
