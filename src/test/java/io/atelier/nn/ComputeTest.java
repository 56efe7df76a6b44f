package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeTest {
  @Test
  void readsWhatAPersonWrites() {
    assertThat(Compute.parse("float32", "cpu")).isEqualTo(Compute.CPU_FLOAT32);
    assertThat(Compute.parse("BFloat16", "cuda:3"))
        .isEqualTo(new Compute(Precision.BFLOAT16, "cuda:3"));
    assertThat(Precision.BFLOAT16).hasToString("bfloat16");
  }

  @Test
  void takesTheFirstGpuOrTheOneThatIsThere() {
    assertThat(Compute.parse("float32", "cuda").device()).isEqualTo("cuda:0");
    String there = torch.hasCUDA() ? "cuda:0" : "cpu";
    assertThat(Compute.parse("float32", "auto").device()).isEqualTo(there);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:01", "cuda:100", "CPU"})
  void refusesAnUnknownDevice(String device) {
    assertThatThrownBy(() -> Compute.parse("float32", device))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("device '" + device + "'");
  }

  @Test
  void refusesAnUnknownPrecision() {
    assertThatThrownBy(() -> Compute.parse("float16", "cpu"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("float16");
  }

  @Test
  void saysThatThereIsNoSuchGpu() {
    try (Device cpu = Compute.CPU_FLOAT32.torchDevice()) {
      assertThat(cpu.is_cpu()).isTrue();
    }
    long gpus = torch.hasCUDA() ? torch.getNumGPUs() : 0;
    Compute absent = new Compute(Precision.FLOAT32, "cuda:" + gpus);
    assertThatThrownBy(absent::torchDevice)
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("device 'cuda:" + gpus + "' is asked for, but libtorch sees")
        .extracting(e -> ((AtelierException) e).code())
        .isEqualTo(ErrorCode.NO_DEVICE);
  }
}
