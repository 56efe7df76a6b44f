package io.atelier.worker;

import io.atelier.nn.Compute;
import io.atelier.onnx.OnnxGraph;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The models of this executor JVM, loaded once and lent to one task at a time.
 *
 * <p>A GPU executor runs one task at a time, so it holds one model. Tasks that share a JVM on CPUs
 * (`local[N]`) get an instance each, because training and merging change the layers; the weights of
 * all of them are the same memory, so a further instance costs little.
 */
public final class ModelHost {
  private static final Map<Key, Deque<AutoCloseable>> IDLE = new HashMap<>();
  private static final Map<Key, Integer> LIVE = new HashMap<>();
  private static final Map<Class<?>, Long> LOADS = new HashMap<>();

  private ModelHost() {}

  /** Which model: its class, the checkpoint's hash and where it computes. */
  public record Key(Class<?> model, String checkpoint, Compute compute) {}

  /** Exclusive use of one model until closed. */
  public static final class Lease<M extends AutoCloseable> implements AutoCloseable {
    private final Key key;
    private final M model;
    private boolean broken;

    private Lease(Key key, M model) {
      this.key = key;
      this.model = model;
    }

    /** The model, for this task alone. */
    public M model() {
      return model;
    }

    /** After a failure that may have left the model changed: it is closed, not lent again. */
    public void discard() {
      broken = true;
    }

    @Override
    public void close() {
      if (broken) {
        end(key, model);
      } else {
        giveBack(key, model);
      }
    }
  }

  /** Lends an idle model of this key, or loads one. */
  public static <M extends AutoCloseable> Lease<M> borrow(
      Key key, Class<M> type, Supplier<M> load) {
    AutoCloseable idle = takeIdle(key);
    if (idle != null) {
      return new Lease<>(key, type.cast(idle));
    }
    begin(key, type);
    boolean loaded = false;
    try {
      Lease<M> lease = new Lease<>(key, load.get());
      loaded = true;
      return lease;
    } finally {
      if (!loaded) {
        forget(key);
      }
    }
  }

  /**
   * How often this JVM has loaded the weights of a class since it started. A model beside another
   * one of the same key shares them and does not count.
   */
  public static synchronized long loads(Class<?> type) {
    return LOADS.getOrDefault(type, 0L);
  }

  private static synchronized void begin(Key key, Class<?> type) {
    if (LIVE.merge(key, 1, Integer::sum) == 1) {
      LOADS.merge(type, 1L, Long::sum);
    }
  }

  private static synchronized void forget(Key key) {
    LIVE.computeIfPresent(key, (live, count) -> count == 1 ? null : count - 1);
  }

  private static void end(Key key, AutoCloseable model) {
    // In this order, because whoever asks in between loads the weights again.
    forget(key);
    closeQuietly(model);
  }

  /**
   * Closes all other idle models of a device and idle ONNX graphs, to make room: a GPU that holds a
   * transformer for training need not hold the text encoders of the stage before, nor the same
   * transformer in another precision. Another GPU's models are its own tasks' business.
   */
  static synchronized void keepOnly(String device, Key... models) {
    OnnxGraph.unloadIdle();
    Set<Key> kept = Set.of(models);
    IDLE.entrySet()
        .removeIf(
            entry -> {
              Key key = entry.getKey();
              boolean other = key.compute().device().equals(device) && !kept.contains(key);
              if (other) {
                entry.getValue().forEach(model -> end(key, model));
              }
              return other;
            });
  }

  private static synchronized AutoCloseable takeIdle(Key key) {
    Deque<AutoCloseable> idle = IDLE.get(key);
    return idle == null ? null : idle.pollFirst();
  }

  private static synchronized void giveBack(Key key, AutoCloseable model) {
    IDLE.computeIfAbsent(key, k -> new ArrayDeque<>()).addFirst(model);
  }

  private static void closeQuietly(AutoCloseable model) {
    try {
      model.close();
    } catch (Exception alreadyBroken) {
      System.getLogger(ModelHost.class.getName())
          .log(System.Logger.Level.WARNING, "a model could not be closed", alreadyBroken);
    }
  }
}
