package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.config.Settings;
import io.atelier.nn.Precision;
import io.atelier.spark.Display;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTables;
import io.atelier.table.SubjectRow;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import io.atelier.worker.ModelSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back to earlier settings renders with the adapter of those settings again. */
class RequestPlanIT {
  private static final Instant NOON = TestRows.NOON;
  private static final String ANA = "a".repeat(16);
  private static final String BEN = "b".repeat(16);

  @TempDir Path folder;

  @Test
  void takesThePlannedAdapterInWhateverPrecisionItIsRenderedAndWithoutItTheNewest() {
    JobContext context = context();
    ModelSpec model =
        new ModelSpec(SmallRun.MODEL.toString(), "f".repeat(64), Precision.FLOAT32, 64);
    SubjectRow ana = TestRows.subject(ANA, "ana", "zelvok");
    List<SubjectRow> subjects = List.of(ana, TestRows.subject(BEN, "ben", "tarvek"));
    context.tables().subjects().upsertChanged(subjects, context.txn("test", "subjects"));
    ModelSpec trained = model.in(Precision.BFLOAT16);
    String planned = new TrainPlan(context, trained).jobs().get(ana).adapterId();
    List<AdapterRow> rows =
        List.of(
            TestRows.adapter(planned, ana, model, NOON),
            TestRows.adapter("1".repeat(64), ana, model, NOON.plusSeconds(60)),
            TestRows.adapter("2".repeat(64), subjects.get(1), model, NOON),
            TestRows.adapter("3".repeat(64), subjects.get(1), model, NOON.plusSeconds(60)));
    context.tables().adapters().insertNew(rows, context.txn("test", "adapters"));

    assertThat(new RequestPlan(context, model).adapters())
        .extracting(AdapterRow::adapterId)
        .containsExactly(planned, "3".repeat(64));
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
