package io.atelier.worker;

import io.atelier.store.Lake;
import io.atelier.store.Store;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
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

  /** One of the lake's files as a local path; a copy that this machine shares if it is remote. */
  Path local(URI file) {
    return store.localCopy(file, Path.of(System.getProperty("java.io.tmpdir"), "atelier-cache"));
  }
}
