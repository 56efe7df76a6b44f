package io.atelier.nn;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights in another type or on another device than their file's: one copy in this JVM for all
 * models that want the same, so that every task can have a model of its own. A mapped file needs no
 * such care: its pages are shared anyway. Nobody may write into one in place.
 */
final class SharedWeights {
  private static final Map<Key, Held> HELD = new HashMap<>();

  private SharedWeights() {}

  /** One tensor of one file, as {@code compute} wants it. */
  record Key(SafetensorsFile.State file, String name, Compute compute) {}

  private static final class Held {
    private final Tensor tensor;
    private int users;

    private Held(Tensor tensor) {
      this.tensor = tensor;
    }
  }

  /**
   * A handle of the tensor, in the caller's scope; {@link #giveBack} says that it is gone.
   *
   * @param load makes the tensor if nobody has it
   */
  static synchronized Tensor take(Key key, Supplier<Tensor> load) {
    Held held = HELD.computeIfAbsent(key, missing -> new Held(Torch.keep(load.get())));
    held.users++;
    return new Tensor(held.tensor);
  }

  /** Frees the tensor if this was its last user. */
  static synchronized void giveBack(Key key) {
    Held held = HELD.get(key);
    if (--held.users == 0) {
      HELD.remove(key);
      Torch.release(held.tensor);
    }
  }

  /** How many tensors are held; for tests of their release. */
  static synchronized int held() {
    return HELD.size();
  }
}
