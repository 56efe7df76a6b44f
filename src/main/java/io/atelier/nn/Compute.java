package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * Where a model computes and in which type.
 *
 * @param precision type of weights and activations
 * @param device {@code cpu} or {@code cuda:N}, N counted from 0 among the visible GPUs
 */
public record Compute(Precision precision, String device) {
  private static final Pattern DEVICE = Pattern.compile("cpu|cuda:(0|[1-9][0-9]?)");

  /** float32 on the CPU: what the golden numbers were recorded with. */
  public static final Compute CPU_FLOAT32 = new Compute(Precision.FLOAT32, "cpu");

  /** The faster of bfloat16 and float32 on this machine's processor. */
  public static final Compute CPU_FASTEST =
      new Compute(Cpu.bfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32, "cpu");

  /** Checks the device's name, not yet whether the machine has it. */
  public Compute {
    if (!DEVICE.matcher(device).matches()) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "device '" + device + "' is not known; use cpu or cuda:N with N from 0 to 99");
    }
  }

  /**
   * Reads a precision and a device as a person writes them: {@code cuda} is the first GPU, {@code
   * auto} the first GPU or, where there is none, the CPU.
   */
  public static Compute parse(String precision, String device) {
    return new Compute(
        Precision.parse(precision),
        switch (device) {
          case "cuda" -> "cuda:0";
          case "auto" -> hasGpu() ? "cuda:0" : "cpu";
          default -> device;
        });
  }

  private static boolean hasGpu() {
    Torch.loadNatives();
    return torch.hasCUDA();
  }

  /** True if tensors live in the memory that files are mapped into. */
  public boolean onCpu() {
    return device.equals("cpu");
  }

  /**
   * The device as libtorch takes it; {@link ErrorCode#NO_DEVICE} if this machine or this build of
   * libtorch does not have it. The result belongs to the caller's {@code PointerScope}.
   */
  public Device torchDevice() {
    Torch.loadNatives();
    if (!onCpu()) {
      requireGpu(Integer.parseInt(device.substring("cuda:".length())));
    }
    return new Device(device);
  }

  private void requireGpu(int index) {
    if (!torch.hasCUDA()) {
      throw new AtelierException(
          ErrorCode.NO_DEVICE,
          "device '"
              + device
              + "' is asked for, but libtorch sees no CUDA here;"
              + " run the build of profile 'gpu' on a machine with an NVIDIA driver, or use cpu");
    }
    long gpus = torch.getNumGPUs();
    if (index >= gpus) {
      throw new AtelierException(
          ErrorCode.NO_DEVICE,
          "device '"
              + device
              + "' is asked for, but libtorch sees "
              + gpus
              + " GPU(s), counted from 0; check CUDA_VISIBLE_DEVICES or ask for another device");
    }
  }
}
