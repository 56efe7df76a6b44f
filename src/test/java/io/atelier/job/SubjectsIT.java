package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.spark.Display;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.table.LakeTables;
import io.atelier.testing.TestSession;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectsIT {
  @TempDir Path folder;

  @Test
  void refusesATokenThatCannotStandInACaptionBeforeAnythingIsRegistered() {
    SubjectsFile file =
        new SubjectsFile(Map.of("manny", new SubjectsFile.Details("woman", "woman", null, null)));

    assertThatThrownBy(() -> Subjects.rows(context(), List.of(), Set.of("manny"), file))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'woman' of 'manny'")
        .hasMessageContaining("nothing was registered");
  }

  @Test
  void givesATokenOfItsOwnToWhoBringsNone() {
    assertThat(
            Subjects.rows(context(), List.of(), Set.of("ana", "ben"), new SubjectsFile(Map.of())))
        .extracting(row -> row.triggerToken())
        .doesNotHaveDuplicates()
        .allMatch(token -> token.matches("[a-z]{5,8}"));
  }

  private JobContext context() {
    SparkSession spark = TestSession.get();
    Lake lake = Lake.at(folder.toString());
    return new JobContext(
        spark,
        lake,
        new HadoopStore(new Configuration()),
        new LakeTables(spark, lake.tables()),
        Settings.defaults(),
        "run-1",
        "test",
        Clock.systemUTC(),
        Display.quiet());
  }
}
