package io.atelier.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One ONNX graph on one device. All users of a file in this JVM share one session, which several
 * threads may run at once; it stays loaded when nobody uses it, until {@link #unloadIdle}.
 */
public final class OnnxGraph implements AutoCloseable {
  private static final Map<Key, Session> SESSIONS = new HashMap<>();
  private static long loads;

  static {
    // DJL otherwise asks the network, for its usage count and for missing files; and it looks for
    // another engine for what ONNX Runtime lacks, where a second libtorch would do harm.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.onnx.disable_alternative", "true");
  }

  private record Key(Path file, String device) {}

  private static final class Session {
    private final Model model;
    private int users;

    Session(Model model) {
      this.model = model;
    }
  }

  private final Path file;
  private final Session session;
  private final Set<String> inputs;
  private boolean closed;

  private OnnxGraph(Path file, Session session) {
    this.file = file;
    this.session = session;
    this.inputs = new TreeSet<>(session.model.describeInput().keys());
  }

  /**
   * Opens a graph, or shares the one that this JVM has open.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads threads of one run on a CPU; whoever opens the graph first decides
   * @throws AtelierException NOT_FOUND without the file, BAD_CHECKPOINT if ONNX Runtime cannot load
   *     it, NO_DEVICE if it can but not on this GPU
   */
  public static OnnxGraph open(Path file, String device, int threads) {
    if (!Files.isRegularFile(file)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND, "There is no ONNX file " + file + "; export the model into it.");
    }
    synchronized (SESSIONS) {
      Session session =
          SESSIONS.computeIfAbsent(
              new Key(file.toAbsolutePath().normalize(), device),
              key -> new Session(load(key.file(), device, threads)));
      session.users++;
      return new OnnxGraph(file, session);
    }
  }

  /** How many graphs this JVM has loaded since it started. */
  public static long loads() {
    synchronized (SESSIONS) {
      return loads;
    }
  }

  /** Frees the graphs that nobody uses, to make room. */
  public static void unloadIdle() {
    synchronized (SESSIONS) {
      SESSIONS
          .values()
          .removeIf(
              session -> {
                if (session.users == 0) {
                  session.model.close();
                }
                return session.users == 0;
              });
    }
  }

  private static Model load(Path file, String device, int threads) {
    boolean gpu = device.startsWith("cuda:");
    Device where = gpu ? Device.gpu(Integer.parseInt(device.substring(5))) : Device.cpu();
    try {
      Model model = Model.newInstance(file.getFileName().toString(), where, "OnnxRuntime");
      model.load(
          file,
          null,
          Map.of("intraOpNumThreads", Integer.toString(threads), "interOpNumThreads", "1"));
      loads++;
      return model;
    } catch (IOException | MalformedModelException | EngineException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      if (gpu && String.valueOf(why).toLowerCase(Locale.ROOT).contains("cuda")) {
        throw new AtelierException(
            ErrorCode.NO_DEVICE,
            "ONNX Runtime cannot use "
                + device
                + ": "
                + why
                + ". Put its GPU build on the class path (profile gpu), or set model.device to cpu.",
            e);
      }
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          "ONNX Runtime cannot load " + file + ": " + why + "; export it again.",
          e);
    }
  }

  /** The file it came from. */
  public Path file() {
    return file;
  }

  /** The names of its inputs. */
  public Set<String> inputs() {
    return inputs;
  }

  /** Owner for the arrays of a computation: its close frees them, results of {@link #run} too. */
  public NDManager arrays() {
    return session.model.getNDManager().newSubManager();
  }

  /**
   * Computes all outputs.
   *
   * @param named one array with a name for every input
   * @return the outputs with their names, owned by the manager of the first input
   */
  public NDList run(NDList named) {
    List<String> given = named.stream().map(array -> array.getName()).sorted().toList();
    if (!given.equals(List.copyOf(inputs))) {
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          file + " takes the inputs " + inputs + ", not " + given + "; export it again.");
    }
    try {
      NDManager manager = session.model.getNDManager();
      return session.model.getBlock().forward(new ParameterStore(manager, false), named, false);
    } catch (EngineException e) {
      String why = String.valueOf(e.getMessage());
      boolean memory = why.contains("out of memory") || why.contains("Failed to allocate");
      throw new AtelierException(
          memory ? ErrorCode.OUT_OF_MEMORY : ErrorCode.BAD_CHECKPOINT,
          "ONNX Runtime failed in "
              + file
              + ": "
              + why
              + (memory ? "; give the task more memory." : "; export it again."),
          e);
    }
  }

  /** Gives it back; the session stays loaded for the next user. */
  @Override
  public void close() {
    synchronized (SESSIONS) {
      if (!closed) {
        closed = true;
        session.users--;
      }
    }
  }
}
