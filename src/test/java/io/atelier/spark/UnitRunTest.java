package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitRunTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Job aborted due to stage failure: Task 0 in stage 7.0 failed 8 times, most recent failure:"
            + " Lost task 0.7 in stage 7.0 (TID 20) (10.0.0.1 executor 4): ExecutorLostFailure"
            + " (executor 4 exited caused by one of the running tasks) Reason: worker lost",
        "Job aborted due to stage failure: Aborting TaskSet 7.0 because task 0 (partition 0) cannot"
            + " run anywhere due to node and executor excludeOnFailure."
      })
  void lostMachinesAreWorthARetry(String message) {
    ErrorCode code = UnitRun.code(new CompletionException(new SparkException(message)));
    assertThat(code).isEqualTo(ErrorCode.EXECUTORS_LOST);
    assertThat(code.category()).isEqualTo(ErrorCode.Category.TRANSIENT);
  }

  @Test
  void aStageEndsWithTheCodeOfWhatEndedIt() {
    AtelierException known = new AtelierException(ErrorCode.BAD_CHECKPOINT, "no such folder");
    String lost = "ExecutorLostFailure";
    assertThat(UnitRun.code(new SparkException(lost, known))).isEqualTo(ErrorCode.BAD_CHECKPOINT);
    assertThat(UnitRun.code(new SparkException("a lambda broke"))).isEqualTo(ErrorCode.INTERNAL);
    assertThat(UnitRun.code(new SparkException(null))).isEqualTo(ErrorCode.INTERNAL);
  }

  @ParameterizedTest
  @CsvSource({"10,0,10", "10,1,10", "10,3,27", "10,12,108", "10,60,120", "300,60,300"})
  void commitsThatTakeLongAreFarBetween(long every, long took, long rest) {
    assertThat(UnitRun.rest(Duration.ofSeconds(every), Duration.ofSeconds(took)))
        .isEqualTo(Duration.ofSeconds(rest));
  }
}
