package io.atelier.pretrain;

import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Scenes as pictures of one size, drawn once into a file and mapped from there: three planes of
 * {@code side * side} bytes each.
 */
final class Drawings {
  private static final int PORTION = 512;

  private final IntFunction<Scene> scenes;
  private final int count;
  private final int side;
  private final ByteBuffer bytes;

  private Drawings(IntFunction<Scene> scenes, int count, int side, ByteBuffer bytes) {
    this.scenes = scenes;
    this.count = count;
    this.side = side;
    this.bytes = bytes;
  }

  /** The first scenes of a world. */
  static Drawings open(Path file, World world, int count, int side, Progress progress) {
    return open(file, world::scene, count, side, progress);
  }

  /** Opens the file, or draws it if it is not there. */
  static Drawings open(
      Path file, IntFunction<Scene> scenes, int count, int side, Progress progress) {
    try {
      if (!Files.exists(file)) {
        draw(file, scenes, count, side, progress);
      }
      try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        return new Drawings(scenes, count, side, bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read or written", e);
    }
  }

  private static void draw(
      Path file, IntFunction<Scene> scenes, int count, int side, Progress progress)
      throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int from = 0; from < count; from += PORTION) {
        int end = Math.min(count, from + PORTION);
        byte[][] drawn =
            IntStream.range(from, end)
                .parallel()
                .mapToObj(i -> planes(scenes.apply(i).rgb(side)))
                .toArray(byte[][]::new);
        for (byte[] picture : drawn) {
          channel.write(ByteBuffer.wrap(picture));
        }
        progress.at(end, count, Double.NaN);
      }
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] planes(byte... rgb) {
    int pixels = rgb.length / 3;
    byte[] planes = new byte[rgb.length];
    for (int i = 0; i < pixels; i++) {
      planes[i] = rgb[3 * i];
      planes[pixels + i] = rgb[3 * i + 1];
      planes[2 * pixels + i] = rgb[3 * i + 2];
    }
    return planes;
  }

  int count() {
    return count;
  }

  int side() {
    return side;
  }

  /** What a picture shows. */
  Scene scene(int index) {
    return scenes.apply(index);
  }

  /** Pictures [B, 3, side, side] in [-1, 1]. */
  Tensor pictures(int... indices) {
    int size = 3 * side * side;
    byte[] chosen = new byte[indices.length * size];
    for (int b = 0; b < indices.length; b++) {
      bytes.get(indices[b] * size, chosen, b * size, size);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor raw = Torch.tensor(chosen, indices.length, 3, side, side);
      Tensor scaled = raw.to(ScalarType.Float).div(new Scalar(127.5)).sub(new Scalar(1.0));
      return Scopes.keep(scaled);
    }
  }
}
