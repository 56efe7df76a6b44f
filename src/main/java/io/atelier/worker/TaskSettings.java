package io.atelier.worker;

import io.atelier.store.Lake;
import io.atelier.store.Store;
import java.io.Serializable;
import org.apache.spark.util.LongAccumulator;

/**
 * What every task of a stage needs besides its model.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param threads libtorch's intra-op threads; 0 for the task's cores
 * @param done counts units of work as they are done, for the progress bar
 */
public record TaskSettings(Store store, Lake lake, String device, int threads, LongAccumulator done)
    implements Serializable {

  /** The bytes of one of the lake's files. */
  byte[] read(String relative) {
    return store.read(lake.resolve(relative));
  }

  /**
   * Begins a task: deletes what killed ones have left on this machine and sets libtorch's threads.
   *
   * @return where the task computes, see {@link TaskDevice#prepare}
   */
  String begin() {
    Scratch.sweep();
    return TaskDevice.prepare(device, threads);
  }
}
