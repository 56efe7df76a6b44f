package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.HadoopStore;
import io.atelier.store.Locations;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Computes columns with an exported model on the executors, through DJL; parameters are named as in
 * DJL's Spark extension. The model is loaded once an executor JVM, rows go through it in batches,
 * each task on the GPU that Spark gave it.
 *
 * <p>Input columns feed the graph's inputs in the order of their names. A column holds for each row
 * one value of the graph's input without the batch axis, row-major: {@code array<float>}, or {@code
 * binary} of 32-bit floats, little-endian. A null in it gives null. Output columns are {@code
 * array<float>}: the graph's output of the column's name, else the one at its place among those
 * that have one vector a row.
 */
public final class DjlPredictor extends Transformer {
  private static final long serialVersionUID = 1L;
  private static final String ENGINE = "OnnxRuntime";
  private static final List<DataType> TENSORS =
      List.of(
          DataTypes.BinaryType,
          DataTypes.createArrayType(DataTypes.FloatType, true),
          DataTypes.createArrayType(DataTypes.FloatType, false));

  private final String uid;
  private final Param<String> engine;
  private final Param<String> modelUrl;
  private final Param<String> device;
  private final StringArrayParam inputCols;
  private final StringArrayParam outputCols;
  private final IntParam batchSize;
  private final IntParam threads;

  /** A predictor without a model. */
  public DjlPredictor() {
    this(Identifiable$.MODULE$.randomUID("DjlPredictor"));
  }

  /** The same with a name of its own. */
  public DjlPredictor(String uid) {
    this.uid = uid;
    engine = new Param<>(uid, "engine", "DJL's engine; OnnxRuntime is the only one");
    modelUrl = new Param<>(uid, "modelUrl", "The ONNX file: a path, or a URI of any store");
    device = new Param<>(uid, "device", "auto (the task's GPU, else the CPU), cuda or cpu");
    inputCols = new StringArrayParam(this, "inputCols", "Columns with the graph's inputs");
    outputCols = new StringArrayParam(this, "outputCols", "Columns to add");
    batchSize = new IntParam(uid, "batchSize", "Rows in a run of the graph");
    threads = new IntParam(uid, "threads", "Threads of a run on a CPU; 0 for the task's cores");
    setDefault(engine, ENGINE);
    setDefault(device, "auto");
    setDefault(batchSize, 16);
    setDefault(threads, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> engine() {
    return engine;
  }

  public Param<String> modelUrl() {
    return modelUrl;
  }

  public Param<String> device() {
    return device;
  }

  public StringArrayParam inputCols() {
    return inputCols;
  }

  public StringArrayParam outputCols() {
    return outputCols;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public IntParam threads() {
    return threads;
  }

  public DjlPredictor setEngine(String value) {
    set(engine, value);
    return this;
  }

  public DjlPredictor setModelUrl(String value) {
    set(modelUrl, value);
    return this;
  }

  public DjlPredictor setDevice(String value) {
    set(device, value);
    return this;
  }

  public DjlPredictor setInputCols(String... value) {
    set(inputCols, value);
    return this;
  }

  public DjlPredictor setOutputCols(String... value) {
    set(outputCols, value);
    return this;
  }

  public DjlPredictor setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  public DjlPredictor setThreads(int value) {
    set(threads, value);
    return this;
  }

  /**
   * The data with the output columns, as soon as they are asked for.
   *
   * @throws AtelierException BAD_CONFIG for parameters or columns that do not fit; when it is
   *     computed NOT_FOUND without the file, BAD_CHECKPOINT for a file that is no such graph
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    PredictRows work =
        new PredictRows(
            new HadoopStore(dataset.sparkSession().sparkContext().hadoopConfiguration()),
            Locations.parse(getOrDefault(modelUrl)),
            getOrDefault(device),
            (int) getOrDefault(threads),
            (int) getOrDefault(batchSize),
            Arrays.stream(getOrDefault(inputCols)).map(dataset.schema()::fieldIndex).toList(),
            List.of(getOrDefault(outputCols)));
    return dataset.toDF().mapPartitions(work, Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    require(ENGINE.equals(getOrDefault(engine)), "its engine is OnnxRuntime");
    require((int) getOrDefault(batchSize) > 0, "batchSize must be 1 or more");
    for (Param<?> needed : List.of(modelUrl, inputCols, outputCols)) {
      require(isSet(needed), "it needs " + needed.name());
    }
    List<String> known = Arrays.asList(schema.fieldNames());
    for (String column : getOrDefault(inputCols)) {
      require(
          known.contains(column) && TENSORS.contains(schema.apply(column).dataType()),
          "it needs a column " + column + " of array<float> or binary");
    }
    StructType result = schema;
    for (String column : getOrDefault(outputCols)) {
      require(!known.contains(column), "there is a column " + column + " already");
      result = result.add(column, DataTypes.createArrayType(DataTypes.FloatType));
    }
    return result;
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new AtelierException(ErrorCode.BAD_CONFIG, uid + " cannot predict: " + problem + ".");
    }
  }

  @Override
  public DjlPredictor copy(ParamMap extra) {
    return (DjlPredictor) this.<DjlPredictor>defaultCopy(extra);
  }
}
