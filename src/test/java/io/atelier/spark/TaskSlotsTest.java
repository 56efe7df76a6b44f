package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskSlotsTest {

  @ParameterizedTest
  @CsvSource({
    "local, , 1, 1, 1",
    "local[*], , 1, 16, 16",
    "'local[4]', , 1, 4, 4",
    "'local[4,3]', , 2, 2, 2",
    "local[32], , 1, 16, 16",
    "spark://host:7077, , 4, 4, 4",
    "spark://host:7077, 8, 4, 4, 2",
    "yarn, , 1, 16, 1",
    "yarn, 4, 2, 8, 2",
    "k8s://https://host, 3, 4, 4, 1"
  })
  void countsTheTasksOfAMachineOf16Cores(
      String master, Integer cores, int cpus, int onMachine, int inJvm) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (cores != null) {
      conf.set("spark.executor.cores", cores.toString());
    }
    assertThat(TaskSlots.of(conf, 16, cpus)).isEqualTo(new TaskSlots(onMachine, inJvm));
  }

  @Test
  void whatTasksHoldTogetherIsPaidForOnce() {
    assertThat(new TaskSlots(4, 2).share(1000, 100)).isEqualTo(250 + 50);
    assertThat(new TaskSlots(4, 1).share(1000, 100)).isEqualTo(250);
    assertThat(TaskSlots.ONE.share(1000, 100)).isEqualTo(1000);
  }
}
