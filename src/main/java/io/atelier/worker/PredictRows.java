package io.atelier.worker;

import io.atelier.onnx.BatchGraph;
import io.atelier.store.Store;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What {@link DjlPredictor} does in a task: rows in, the same rows with more columns out. Of one
 * predictor behind another Spark hands rows on as they are, without a schema.
 *
 * @param inputs where the columns of the graph's inputs stand
 */
record PredictRows(
    Store store,
    URI model,
    String device,
    int threads,
    int batchSize,
    List<Integer> inputs,
    List<String> outputs)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    BatchGraph graph =
        BatchGraph.open(
            ModelFiles.local(store, model), TaskDevice.of(device), TaskDevice.threads(threads));
    TaskCompletionListener close = finished -> graph.close();
    TaskContext.get().addTaskCompletionListener(close);
    return new Iterator<>() {
      private Iterator<Row> done = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        return done.hasNext() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (!done.hasNext()) {
          done = batch(graph, rows).iterator();
        }
        return done.next();
      }
    };
  }

  private List<Row> batch(BatchGraph graph, Iterator<Row> rows) {
    List<Row> taken = new ArrayList<>();
    while (taken.size() < batchSize && rows.hasNext()) {
      taken.add(rows.next());
    }
    List<Row> whole = taken.stream().filter(this::hasInputs).toList();
    List<float[][]> results = whole.isEmpty() ? List.of() : predict(graph, whole);
    List<Row> done = new ArrayList<>();
    int next = 0;
    for (Row row : taken) {
      Object[] values = Arrays.copyOf(values(row), row.size() + outputs.size());
      if (hasInputs(row)) {
        for (int i = 0; i < outputs.size(); i++) {
          values[row.size() + i] = boxed(results.get(i)[next]);
        }
        next++;
      }
      done.add(RowFactory.create(values));
    }
    return done;
  }

  private List<float[][]> predict(BatchGraph graph, List<Row> rows) {
    List<List<float[]>> columns = new ArrayList<>();
    for (int column : inputs) {
      columns.add(rows.stream().map(row -> FloatBytes.of(row, column)).toList());
    }
    return graph.run(columns, outputs);
  }

  private boolean hasInputs(Row row) {
    return inputs.stream().noneMatch(row::isNullAt);
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.size()];
    Arrays.setAll(values, row::get);
    return values;
  }

  private static Float[] boxed(float... values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }
}
