package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.Pictures;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** How well an autoencoder reproduces pictures that it was not trained on. */
final class VaeCheck {
  private static final int MOST_SHOWN = 12;
  private static final int PORTION = 32;

  private VaeCheck() {}

  /** Mean peak signal-to-noise ratio over all drawings in decibels, of 8-bit pictures. */
  static double psnr(Autoencoder vae, Drawings drawings) {
    double sum = 0;
    for (int from = 0; from < drawings.count(); from += PORTION) {
      int end = Math.min(drawings.count(), from + PORTION);
      try (PointerScope scope = new PointerScope();
          NoGradGuard frozen = new NoGradGuard()) {
        Tensor pictures = drawings.pictures(IntStream.range(from, end).toArray());
        Tensor error = Pictures.unit(again(vae, pictures)).sub(Pictures.unit(pictures));
        Tensor each = error.square().flatten(1, -1).mean(1);
        sum += each.log10().mul(new Scalar(-10.0)).sum().item_double();
      }
    }
    return sum / drawings.count();
  }

  /** A row of drawings above the same from their latents. */
  static void sheet(Path file, Autoencoder vae, Drawings drawings) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      int shown = Math.min(MOST_SHOWN, drawings.count());
      Tensor pictures = drawings.pictures(IntStream.range(0, shown).toArray());
      Tensor both = torch.cat(new TensorVector(pictures, again(vae, pictures)));
      Sheet.write(file, Pictures.of(both), shown);
    }
  }

  private static Tensor again(Autoencoder vae, Tensor pictures) {
    return vae.decodeRaw(vae.encode(pictures).mean());
  }
}
