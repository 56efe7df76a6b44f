package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.image.Decoder;
import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import io.atelier.onnx.OnnxGraph;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held against what ONNX Runtime computes in Python: jobs/interop/record_predictors.py. */
class DjlPredictorIT {
  private static final Path MODELS = Path.of("src/test/resources/predictors");
  private static final Path PICTURES = Path.of("src/test/resources/golden/curation/images");

  @TempDir Path folder;

  @Test
  void embedsPicturesInBatchesLikeOnnxRuntimeInPythonAndLoadsOnce() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(MODELS.resolve("expected.json").toFile());
    Path copy = Files.copy(MODELS.resolve("vision.onnx"), folder.resolve("vision.onnx"));
    List<Row> pictures = new ArrayList<>(List.of(RowFactory.create("none", null)));
    for (String name : (Iterable<String>) expected::fieldNames) {
      pictures.add(RowFactory.create(name, clip(PICTURES.resolve(name))));
    }
    Dataset<Row> data =
        TestSession.get()
            .createDataFrame(pictures, StructType.fromDDL("name string, pixels binary"))
            .repartition(3);
    long before = OnnxGraph.loads();

    List<Row> embedded =
        predictor(copy, "pixels", "embedding").setBatchSize(2).transform(data).collectAsList();

    assertThat(OnnxGraph.loads() - before).as("three tasks, one load").isEqualTo(1);
    assertThat(embedded).hasSize(6);
    for (Row row : embedded) {
      if (row.getString(0).equals("none")) {
        assertThat(row.isNullAt(2)).isTrue();
        continue;
      }
      JsonNode vector = expected.get(row.getString(0)).get("embedding");
      List<Float> values = row.getList(2);
      double length = Math.sqrt(values.stream().mapToDouble(v -> (double) v * v).sum());
      for (int i = 0; i < vector.size(); i++) {
        assertThat(values.get(i) / length)
            .as("%s, %d", row.getString(0), i)
            .isCloseTo(vector.get(i).asDouble(), within(2e-6));
      }
    }
  }

  @Test
  void isAStageOfAPipeline() {
    Dataset<Row> pixels =
        TestSession.get()
            .createDataFrame(
                List.of(RowFactory.create((Object) noise(48))),
                StructType.fromDDL("pixels array<float>"));
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  predictor(MODELS.resolve("safety/model.onnx"), "pixels", "logits"),
                  predictor(MODELS.resolve("vision.onnx"), "large", "embedding"),
                  predictor(MODELS.resolve("aesthetic.onnx"), "embedding", "score")
                });
    Row row =
        pipeline
            .fit(pixels.selectExpr("pixels", large()))
            .transform(pixels.selectExpr("pixels", large()))
            .first();
    assertThat(row.<Float>getList(row.fieldIndex("logits"))).hasSize(2);
    assertThat(row.<Float>getList(row.fieldIndex("embedding"))).hasSize(16);
    assertThat(row.<Float>getList(row.fieldIndex("score"))).hasSize(1);
  }

  /** 3 x 224 x 224 values from 3 x 48 x 48, whatever they show. */
  private static String large() {
    return "transform(sequence(0, 3 * 224 * 224 - 1), i -> pixels[i % 6912]) AS large";
  }

  @Test
  void saysWhatDoesNotFit() {
    Dataset<Row> data =
        TestSession.get()
            .createDataFrame(
                List.of(RowFactory.create((Object) new Float[] {1f, 2f})),
                StructType.fromDDL("embedding array<float>"));
    Path aesthetic = MODELS.resolve("aesthetic.onnx");
    assertThatThrownBy(() -> predictor(aesthetic, "embeding", "score").transform(data))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("a column embeding of array<float> or binary");
    assertThatThrownBy(() -> predictor(aesthetic, "embedding", "embedding").transform(data))
        .hasMessageContaining("there is a column embedding already");
    assertThatThrownBy(() -> new DjlPredictor().transform(data))
        .hasMessageContaining("it needs modelUrl");
    assertThatThrownBy(
            () -> predictor(aesthetic, "embedding", "s").setEngine("PyTorch").transform(data))
        .hasMessageContaining("its engine is OnnxRuntime");
    assertThatThrownBy(
            () -> predictor(aesthetic, "embedding", "score").transform(data).collectAsList())
        .hasStackTraceContaining("embedding takes 16 numbers a row, not 2");
    assertThatThrownBy(
            () ->
                predictor(folder.resolve("none.onnx"), "embedding", "score")
                    .transform(data)
                    .collectAsList())
        .hasStackTraceContaining("none.onnx");
  }

  private static DjlPredictor predictor(Path model, String input, String output) {
    return new DjlPredictor()
        .setModelUrl(model.toAbsolutePath().toString())
        .setInputCols(input)
        .setOutputCols(output)
        .setDevice("cpu")
        .setThreads(1);
  }

  private static byte[] clip(Path file) throws IOException {
    PixelValues clip = PixelValues.clip(224);
    Rgb picture = Decoder.decode(Files.readAllBytes(file), Long.MAX_VALUE).pixels();
    return FloatBytes.of(clip.values(picture));
  }

  private static Float[] noise(int side) {
    Random random = new Random(5);
    Float[] values = new Float[3 * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
