package io.atelier.flux.verify;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;

/** Replays recorded cases against a checkpoint and says which agree. */
public final class Verification {
  private final Checkpoint checkpoint;
  private final Compute compute;
  private final OptionalDouble tolerance;
  private final Map<String, CaseKind> kinds = new TreeMap<>();

  /**
   * A verification of {@code checkpoint} that knows {@code kinds}.
   *
   * @param tolerance of all kinds, in place of each kind's own; tokens, noise and packing must be
   *     exact anyway
   */
  public Verification(
      Checkpoint checkpoint,
      Compute compute,
      OptionalDouble tolerance,
      Collection<CaseKind> kinds) {
    this.checkpoint = checkpoint;
    this.compute = compute;
    this.tolerance = tolerance;
    kinds.forEach(kind -> this.kinds.put(kind.name(), kind));
  }

  /**
   * The kinds that pin a checkpoint's own networks: tokens, clip_text, t5_encoder, vae, scheduler,
   * packing, transformer, pipeline.
   */
  public static List<CaseKind> fluxKinds() {
    return FluxKinds.all();
  }

  /**
   * Replays every {@code *.safetensors} file in {@code folder}, sorted by name.
   *
   * @param only names of the kinds to replay; empty for all. A case of a kind this verification
   *     does not know fails, unless it is not asked for.
   * @throws AtelierException BAD_COMMAND_LINE if {@code only} names an unknown kind; NOT_FOUND if
   *     there is no case to replay
   */
  public List<CaseResult> run(Path folder, Set<String> only) {
    requireKnown(only);
    List<CaseResult> results = new ArrayList<>();
    try (Models models = new Models(checkpoint, compute)) {
      for (Path file : files(folder)) {
        try (GoldenCase golden = new GoldenCase(SafetensorsFile.open(file), this::tolerance)) {
          if (only.isEmpty() || only.contains(golden.kind())) {
            results.add(replay(golden, models));
          }
        }
      }
    }
    if (results.isEmpty()) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          folder
              + " has no case"
              + (only.isEmpty() ? "" : " of " + only)
              + "; nothing is verified");
    }
    return results;
  }

  private double tolerance(String kind) {
    return tolerance.orElseGet(() -> kinds.containsKey(kind) ? kinds.get(kind).tolerance() : 0);
  }

  private CaseResult replay(GoldenCase golden, Models models) {
    CaseKind kind = kinds.get(golden.kind());
    if (kind == null) {
      golden.fail("its kind '" + golden.kind() + "' is unknown; known are " + kinds.keySet());
      return golden.result();
    }
    try (PointerScope scope = new PointerScope()) {
      kind.replay(golden, models);
    } catch (AtelierException e) {
      golden.fail(e.getMessage());
    } catch (RuntimeException e) {
      // What libtorch throws, for example for inputs of another width than the checkpoint's.
      golden.fail("it does not run: " + firstLine(e));
    }
    return golden.result();
  }

  private static String firstLine(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }

  private void requireKnown(Set<String> only) {
    if (!kinds.keySet().containsAll(only)) {
      throw new AtelierException(
          ErrorCode.BAD_COMMAND_LINE,
          "one of the kinds " + only + " is unknown; known are " + kinds.keySet());
    }
  }

  private static List<Path> files(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.safetensors")) {
      entries.forEach(files::add);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "the folder of cases " + folder + " cannot be read: " + e.getMessage(),
          e);
    }
    files.sort(Comparator.naturalOrder());
    return files;
  }
}
