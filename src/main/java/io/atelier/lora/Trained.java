package io.atelier.lora;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;

/** What a training changes: one flat tensor of values and one of their gradients. */
sealed interface Trained extends AutoCloseable permits Trainables, LearnedRows {

  /** All values, flat, float32. */
  Tensor values();

  /** All gradients, flat, float32. */
  Tensor gradients();

  /** A flat tensor of this layout as the views that it consists of, by name. */
  SortedMap<String, Tensor> named(Tensor flat);

  /** The embeddings of a set's caption, with a graph if the values take part in it. */
  default TrainingSet.Caption caption(TrainingSet set, int index) {
    return set.captions().get(index);
  }

  /** After each step of the optimiser. */
  default void stepped() {}

  /** Writes the present values as the file that others load. */
  void write(Path file, Map<String, String> lineage);

  @Override
  void close();
}
