package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.VaeConfig;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import io.atelier.sample.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The raw latents of all drawings, encoded once, and how to bring them to unit variance. */
final class EncodedDrawings implements AutoCloseable {
  private static final int PORTION = 64;

  private final Drawings drawings;
  private final SafetensorsFile file;
  private final Tensor raw;
  private final double scaling;
  private final double shift;

  private EncodedDrawings(Drawings drawings, SafetensorsFile file) {
    this.drawings = drawings;
    this.file = file;
    try (PointerScope scope = new PointerScope()) {
      raw = Torch.keep(file.tensor("latents"));
      Tensor some = raw.narrow(0, 0, Math.min(2048, raw.size(0))).to(ScalarType.Double);
      shift = some.mean().item_double();
      scaling = 1 / some.std().item_double();
    }
  }

  /**
   * Opens the file, or encodes the drawings if it is not there.
   *
   * @param vaes copies of one autoencoder, one a thread
   */
  static EncodedDrawings open(
      Path path, Drawings drawings, List<Autoencoder> vaes, Progress progress) {
    if (!Files.exists(path)) {
      encode(path, drawings, vaes, progress);
    }
    return new EncodedDrawings(drawings, SafetensorsFile.open(path));
  }

  private static void encode(
      Path path, Drawings drawings, List<Autoencoder> vaes, Progress progress) {
    try (PointerScope scope = new PointerScope()) {
      VaeConfig config = vaes.get(0).config();
      long side = drawings.side() / config.downscale();
      Tensor all =
          Torch.empty(ScalarType.BFloat16, drawings.count(), config.latentChannels(), side, side);
      AtomicInteger next = new AtomicInteger();
      vaes.parallelStream().forEach(vae -> encode(all, drawings, vae, next, progress));
      SafetensorsWriter.write(path, new TreeMap<>(Map.of("latents", all)), Map.of());
    }
  }

  /** Encodes portions until all are taken. */
  private static void encode(
      Tensor all, Drawings drawings, Autoencoder vae, AtomicInteger next, Progress progress) {
    for (int from = next.getAndAdd(PORTION);
        from < drawings.count();
        from = next.getAndAdd(PORTION)) {
      int end = Math.min(drawings.count(), from + PORTION);
      try (PointerScope portion = new PointerScope();
          NoGradGuard frozen = new NoGradGuard()) {
        Tensor pictures = drawings.pictures(IntStream.range(from, end).toArray());
        all.narrow(0, from, end - from).copy_(vae.encode(pictures).mean());
      }
      synchronized (progress) {
        progress.at(end, drawings.count(), Double.NaN);
      }
    }
  }

  int count() {
    return drawings.count();
  }

  Scene scene(int index) {
    return drawings.scene(index);
  }

  /** What raw latents are multiplied by after the shift. */
  double scaling() {
    return scaling;
  }

  /** What is taken from raw latents. */
  double shift() {
    return shift;
  }

  /** Shifted and scaled latents [B, C, h, w], in the caller's scope. */
  Tensor latents(int... indices) {
    long[] rows = IntStream.of(indices).asLongStream().toArray();
    Tensor chosen = raw.index_select(0, Torch.tensor(rows, rows.length)).to(ScalarType.Float);
    return chosen.sub(new Scalar(shift)).mul(new Scalar(scaling));
  }

  @Override
  public void close() {
    Torch.release(raw);
    file.close();
  }
}
