package io.atelier.flux;

import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Latents as the transformer takes them: packing to tokens, positions. */
public final class Latents {
  private Latents() {}

  /**
   * [B, C, h, w] to tokens [B, h/2 * w/2, 4C]: token (i, j) holds channel c of pixel (2i + dy, 2j +
   * dx) at 4c + 2dy + dx. h and w are even.
   */
  public static Tensor pack(Tensor latents) {
    try (PointerScope scope = new PointerScope()) {
      long rows = latents.size(2) / 2;
      long columns = latents.size(3) / 2;
      Tensor patches = latents.view(latents.size(0), latents.size(1), rows, 2, columns, 2);
      return Scopes.keep(
          patches.permute(0, 2, 4, 1, 3, 5).reshape(latents.size(0), rows * columns, -1));
    }
  }

  /** The inverse of {@link #pack} for latents of {@code height} x {@code width}. */
  public static Tensor unpack(Tensor tokens, long height, long width) {
    try (PointerScope scope = new PointerScope()) {
      long batch = tokens.size(0);
      long channels = tokens.size(2) / 4;
      Tensor patches = tokens.view(batch, height / 2, width / 2, channels, 2, 2);
      return Scopes.keep(patches.permute(0, 3, 1, 4, 2, 5).reshape(batch, channels, height, width));
    }
  }

  /** Positions (0, row, column) of the tokens of height x width latents, [h/2 * w/2, 3] float32. */
  public static Tensor imageIds(long height, long width) {
    int rows = Math.toIntExact(height / 2);
    int columns = Math.toIntExact(width / 2);
    float[] ids = new float[rows * columns * 3];
    for (int i = 0; i < rows * columns; i++) {
      ids[3 * i + 1] = i / columns;
      ids[3 * i + 2] = i % columns;
    }
    return Torch.tensor(ids, (long) rows * columns, 3);
  }

  /** Positions of {@code length} text tokens: all zero, [length, 3] float32. */
  public static Tensor textIds(long length) {
    return Torch.tensor(new float[Math.toIntExact(length * 3)], length, 3);
  }
}
