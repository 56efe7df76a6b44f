package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
  private static final long PETABYTE = 1L << 50;

  @Test
  void knowsTheFailureOfLibtorchOnTheCpu() {
    assertThatThrownBy(OutOfMemoryTest::allocateTooMuch)
        .satisfies(failure -> assertThat(OutOfMemory.is(failure)).isTrue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB",
        "std::bad_alloc",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory"
      })
  void knowsOtherWordsForIt(String message) {
    assertThat(OutOfMemory.is(new RuntimeException(message))).isTrue();
    assertThat(OutOfMemory.is(new RuntimeException(new RuntimeException(message)))).isTrue();
  }

  @Test
  void takesNothingElseForIt() {
    assertThat(OutOfMemory.is(new RuntimeException("CUDA error: device-side assert"))).isFalse();
    assertThat(OutOfMemory.is(new RuntimeException((String) null))).isFalse();
  }

  @Test
  void triesOnceMoreWithLessAfterARealFailureAndAfterNoOther() {
    List<String> log = new ArrayList<>();
    String result =
        OutOfMemory.onceMore(
            OutOfMemoryTest::allocateTooMuch, failure -> log.add("freed"), () -> "smaller");
    assertThat(result).isEqualTo("smaller");
    assertThat(log).containsExactly("freed");
    assertThatThrownBy(
            () ->
                OutOfMemory.onceMore(
                    () -> {
                      throw new IllegalStateException("no");
                    },
                    failure -> log.add("never"),
                    () -> "never"))
        .hasMessage("no");
    assertThat(log).hasSize(1);
  }

  @Test
  void isAResultWithAReasonIfTheSmallerWorkFailsToo() {
    String reason =
        Failures.guard(
            () ->
                OutOfMemory.onceMore(
                    OutOfMemoryTest::allocateTooMuch,
                    failure -> {},
                    OutOfMemoryTest::allocateTooMuch),
            text -> text);
    assertThat(reason).startsWith("OUT_OF_MEMORY: ").doesNotContain("\n");
  }

  private static String allocateTooMuch() {
    try (PointerScope scope = new PointerScope()) {
      return "allocated " + Torch.empty(ScalarType.Byte, PETABYTE);
    }
  }
}
