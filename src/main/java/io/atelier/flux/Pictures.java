package io.atelier.flux;

import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From the autoencoder's output to 8-bit images, with diffusers' rounding. */
public final class Pictures {
  private Pictures() {}

  /** The images of a batch [B, 3, H, W] in [-1, 1]; values outside are clipped. */
  public static List<Picture> of(Tensor images) {
    try (PointerScope scope = new PointerScope()) {
      Tensor bytes = quantised(images);
      List<Picture> pictures = new ArrayList<>();
      for (long b = 0; b < images.size(0); b++) {
        byte[] rgb = Torch.bytes(bytes.select(0, b));
        pictures.add(new Picture((int) images.size(3), (int) images.size(2), rgb));
      }
      return pictures;
    }
  }

  /** The images of a batch [B, 3, H, W] moved from [-1, 1] to [0, 1] and clipped, float32. */
  public static Tensor unit(Tensor images) {
    try (PointerScope scope = new PointerScope()) {
      ScalarOptional zero = new ScalarOptional(new Scalar(0.0));
      ScalarOptional one = new ScalarOptional(new Scalar(1.0));
      // In the images' own precision, as diffusers does.
      Tensor moved = images.mul(new Scalar(0.5)).add(new Scalar(0.5)).clamp(zero, one);
      return Scopes.keep(moved.to(ScalarType.Float));
    }
  }

  /** [B, H, W, 3]; halves go to the even number, as numpy rounds. */
  private static Tensor quantised(Tensor images) {
    Tensor rows = unit(images).permute(0, 2, 3, 1);
    return rows.mul(new Scalar(255.0)).round().to(ScalarType.Byte);
  }
}
