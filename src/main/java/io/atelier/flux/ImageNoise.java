package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The noise of images that are made together: for each what PyTorch draws on the CPU after {@code
 * torch.manual_seed(seed)}, first what it begins with and then what its steps ask for. So an image
 * is the same alone and in any batch, and in float32 on the CPU the one that diffusers makes after
 * that call. Belongs to the scope that is open when it is made.
 */
public final class ImageNoise {
  private final List<Generator> generators = new ArrayList<>();
  private final long height;
  private final long width;
  private final Tensor first;

  /**
   * Noise of images with latents of {@code channels} x {@code height} x {@code width}.
   *
   * @param seeds one for each image
   */
  public ImageNoise(long[] seeds, long channels, long height, long width) {
    Torch.loadNatives();
    this.height = height;
    this.width = width;
    for (long seed : seeds) {
      generators.add(torch.createCPUGenerator(seed));
    }
    first = Latents.pack(draw(1, channels, height, width));
  }

  /** Height of the unpacked latents. */
  public long height() {
    return height;
  }

  /** Width of the unpacked latents. */
  public long width() {
    return width;
  }

  /** What the images begin with: packed, standard normal, [B, L, 4C] float32 on the CPU. */
  public Tensor first() {
    return first;
  }

  /** More of it, new with every call, drawn in the packed shape. */
  public Tensor next() {
    return draw(1, first.size(1), first.size(2));
  }

  private Tensor draw(long... shape) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] images = new Tensor[generators.size()];
      for (int b = 0; b < images.length; b++) {
        GeneratorOptional generator = new GeneratorOptional(generators.get(b));
        images[b] = torch.randn(shape, generator, new TensorOptions(ScalarType.Float));
      }
      return Scopes.keep(Layers.cat(0, images));
    }
  }
}
