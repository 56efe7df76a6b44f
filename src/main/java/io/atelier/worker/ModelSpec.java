package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FlowMatchEuler;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.provenance.Hashes;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which model a task uses; the checkpoint's folder must be there under this path on every executor.
 *
 * @param folder checkpoint in diffusers' layout
 * @param hash of the checkpoint, as the driver computed it
 * @param t5Length tokens the T5 encoder reads
 */
public record ModelSpec(String folder, String hash, Precision precision, int t5Length)
    implements Serializable {

  /** Names the embedding of a text by this checkpoint's encoders. */
  public String embeddingId(String text) {
    return Hashes.ofFields(
        "embedding", TextEncoders.VERSION, hash, precision.toString(), t5Length, text);
  }

  /** How latents come from noise; another name whenever that gives other numbers. */
  public String sampler() {
    String name = precision == Precision.BFLOAT16 ? "flow-match-euler-2" : "flow-match-euler";
    return name + "/" + precision;
  }

  /** An exclusive lease of one component on a device, loaded if this JVM has none idle. */
  <M extends AutoCloseable> ModelHost.Lease<M> borrow(
      Class<M> type, String device, BiFunction<Checkpoint, Compute, M> load) {
    Compute compute = new Compute(precision, device);
    return ModelHost.borrow(
        new ModelHost.Key(type, hash, compute),
        type,
        () -> here(checkpoint -> load.apply(checkpoint, compute)));
  }

  /** Closes what is idle in this JVM but these components of the checkpoint, to make room. */
  void keepOnly(String device, Class<?>... types) {
    Compute compute = new Compute(precision, device);
    ModelHost.keepOnly(
        device,
        Stream.of(types)
            .map(type -> new ModelHost.Key(type, hash, compute))
            .toArray(ModelHost.Key[]::new));
  }

  /** The checkpoint's folder, opened. */
  Checkpoint checkpoint() {
    return here(checkpoint -> checkpoint);
  }

  /** The same model in another precision. */
  public ModelSpec in(Precision other) {
    return new ModelSpec(folder, hash, other, t5Length);
  }

  /** The driver has seen the files, so where one is missing the machine is at fault, no unit. */
  private <R> R here(Function<Checkpoint, R> use) {
    try {
      return use.apply(Checkpoint.open(Path.of(folder)));
    } catch (AtelierException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      throw new AtelierException(
          ErrorCode.BAD_CHECKPOINT,
          "this machine lacks the checkpoint that the driver has read: "
              + e.getMessage()
              + " Put it on every executor under the same path.",
          e);
    }
  }

  /** The checkpoint's scheduler. */
  FlowMatchEuler scheduler() {
    return new FlowMatchEuler(checkpoint().scheduler());
  }
}
