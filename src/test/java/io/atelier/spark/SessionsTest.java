package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.spark.Sessions.Kind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.slf4j.Log4jLoggerFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.HealthTracker;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SessionsTest {
  /** Libraries bring older slf4j classes: first on the class path, they drop every message. */
  @Test
  void logsThroughSparksLog4j() {
    assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(Log4jLoggerFactory.class);
  }

  @Test
  void leavesTheOperatorsSettingsAlone() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.app.name", "mine")
            .set("spark.master", "local[3]")
            .set("spark.sql.session.timeZone", "Europe/Berlin")
            .set("spark.sql.shuffle.partitions", "77");
    Sessions.settings(conf, "atelier", Kind.SQL);
    assertThat(conf.get("spark.app.name")).isEqualTo("mine");
    assertThat(conf.get("spark.master")).isEqualTo("local[3]");
    assertThat(conf.get("spark.sql.session.timeZone")).isEqualTo("Europe/Berlin");
    assertThat(conf.get("spark.sql.shuffle.partitions")).isEqualTo("77");
  }

  @Test
  void setsOnAClusterOnlyWhatKeepsResultsRight() {
    SparkConf conf = new SparkConf(false).set("spark.master", "yarn");
    Sessions.settings(conf, "atelier", Kind.MODEL);
    assertThat(conf.getAll())
        .extracting(pair -> pair._1())
        .containsExactlyInAnyOrder(
            "spark.master",
            "spark.app.name",
            "spark.sql.extensions",
            "spark.speculation",
            "spark.driver.maxResultSize",
            "spark.scheduler.mode",
            "spark.sql.catalog.spark_catalog",
            "spark.sql.session.timeZone");
  }

  @Test
  void addsDeltaToOtherExtensions() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.sql.extensions", "com.example.Other");
    Sessions.settings(conf, "atelier", Kind.SQL);
    assertThat(conf.get("spark.sql.extensions"))
        .isEqualTo("com.example.Other,io.delta.sql.DeltaSparkSessionExtension");
  }

  @Test
  void theStarterValuesForGpusAreOnesThatSparkTakes() throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://driver:7077");
    Properties values = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("conf/spark-defaults-gpu.conf"))) {
      values.load(file);
    }
    values.stringPropertyNames().forEach(name -> conf.set(name, values.getProperty(name).trim()));
    HealthTracker.validateExcludeOnFailureConfs(conf);
    Sessions.settings(conf, "atelier", Kind.MODEL);
    assertThat(conf.getInt("spark.excludeOnFailure.task.maxTaskAttemptsPerNode", 2))
        .as("losses of executors that one machine survives")
        .isEqualTo(conf.getInt("spark.task.maxFailures", 4) - 1);
  }

  @Test
  void refusesSpeculationForModels() {
    SparkConf conf = new SparkConf(false).set("spark.speculation", "true");
    assertThatThrownBy(() -> Sessions.settings(conf, "atelier", Kind.MODEL))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("spark.speculation");
    assertThat(Sessions.settings(conf, "atelier", Kind.SQL).get("spark.speculation"))
        .isEqualTo("true");
  }

  @Test
  void localClusterIsACluster() {
    assertThat(Sessions.isLocal("local[*]")).isTrue();
    assertThat(Sessions.isLocal("local")).isTrue();
    assertThat(Sessions.isLocal("local-cluster[2,2,1024]")).isFalse();
  }

  @Test
  void asksForMoreThanHalfOfTheCoresSoThatNoTwoTasksShareAGpu() {
    assertThat(GpuStage.cpus(new SparkConf(false).set("spark.executor.cores", "8"), 1))
        .isEqualTo(5);
    assertThat(GpuStage.cpus(new SparkConf(false).set("spark.executor.cores", "1"), 1))
        .isEqualTo(1);
    assertThat(GpuStage.cpus(new SparkConf(false), 1)).isEqualTo(1);
    assertThat(GpuStage.cpus(new SparkConf(false).set("spark.executor.cores", "8"), 4))
        .isEqualTo(2);
  }

  @Test
  void namesTheDeviceByItsAddress() {
    assertThat(GpuStage.device("3")).isEqualTo("cuda:3");
    assertThatThrownBy(() -> GpuStage.device("GPU-1234"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("GPU-1234");
  }
}
