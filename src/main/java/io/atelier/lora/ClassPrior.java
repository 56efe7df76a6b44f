package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the base model knows of a class, so that a training does not overwrite it: everybody would
 * come to look like the subject (Ruiz et al., DreamBooth, 2023). Two forms. Images: the base
 * model's own pictures of the class are trained on beside the photos. Teacher: the base model's
 * velocities at fixed noise and levels are the target (sd-scripts' {@code
 * diff_output_preservation}, OneTrainer's {@code PRIOR_PREDICTION}); they do not depend on the
 * subject and are computed once for all subjects of a class. Holds its tensors until it is closed.
 */
public final class ClassPrior implements AutoCloseable {
  /** Another one whenever the teacher predicts other velocities, or at other noise or levels. */
  public static final String VERSION = "class-prior-1";

  /**
   * One sample of the class.
   *
   * @param latent [C, h, w], shifted and scaled; all rows have one size
   * @param noise the same shape; null in the image form, where each step draws its own
   * @param sigma noise level in [0, 1]; 0 in the image form
   * @param velocity what the base model predicts there, the same shape; null in the image form
   */
  public record Row(Tensor latent, Tensor noise, float sigma, Tensor velocity) {

    /** A row of the image form. */
    public static Row image(Tensor latent) {
      return new Row(latent, null, 0, null);
    }

    boolean taught() {
      return velocity != null;
    }
  }

  private final TrainingSet.Caption caption;
  private final List<Row> rows;

  /** Checks that the rows are of one form and size, and holds on to the tensors. */
  public ClassPrior(TrainingSet.Caption caption, List<Row> rows) {
    this.caption = caption;
    this.rows = List.copyOf(rows);
    require(!rows.isEmpty(), "has no sample");
    for (Row row : rows) {
      require(
          Arrays.equals(row.latent().shape(), rows.get(0).latent().shape())
              && row.taught() == rows.get(0).taught(),
          "has samples of different sizes or forms");
    }
    Torch.keep(caption.t5());
    Torch.keep(caption.pooled());
    tensors().forEach(Torch::keep);
  }

  /** Reads what {@link #write} wrote; the tensors are mapped, not copied. */
  public static ClassPrior read(Path file) {
    return ClassPriorFile.read(file);
  }

  /** Writes one safetensors file. */
  public void write(Path file) {
    ClassPriorFile.write(this, file);
  }

  /**
   * The teacher form: the velocities that {@code model}, without any adapter, predicts for the
   * latents of an image form, each at one drawn noise and level.
   *
   * @param key what noise and levels derive from
   */
  public static ClassPrior taught(
      FluxTransformer model,
      ClassPrior images,
      SigmaSampling sampling,
      double guidance,
      String key) {
    JobRandom random = new JobRandom(key);
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < images.rows.size(); i++) {
        Tensor latent = images.rows.get(i).latent();
        long tokens = latent.size(1) * latent.size(2) / 4;
        float sigma = NoiseLevels.draw(sampling, random, 0, i, tokens);
        Tensor noise = random.normal("noise", 0, i, latent.shape());
        Row row = new Row(latent, noise, sigma, null);
        rows.add(new Row(latent, noise, sigma, velocity(model, row, images.caption, guidance)));
      }
      return new ClassPrior(images.caption, rows);
    }
  }

  private static Tensor velocity(
      FluxTransformer model, Row row, TrainingSet.Caption caption, double guidance) {
    Tensor latents = row.latent().unsqueeze(0);
    Tensor packed =
        new FlowLoss(
                latents,
                row.noise().unsqueeze(0),
                Torch.tensor(new float[] {row.sigma()}, 1),
                caption.t5().unsqueeze(0),
                caption.pooled().unsqueeze(0),
                guidance,
                null)
            .velocity(model);
    return Latents.unpack(packed, latents.size(2), latents.size(3))
        .squeeze(0)
        .cpu()
        .to(ScalarType.Float);
  }

  /**
   * A batch ready for the loss: rows drawn by the samples' numbers within the step.
   *
   * @param count samples
   * @param first number of the first
   */
  FlowLoss draw(int count, long step, long first, TrainConfig config, JobRandom random) {
    TensorVector latents = new TensorVector();
    TensorVector noise = new TensorVector();
    TensorVector velocity = new TensorVector();
    TensorVector t5 = new TensorVector();
    TensorVector pooled = new TensorVector();
    float[] sigma = new float[count];
    for (int i = 0; i < count; i++) {
      long sample = first + i;
      Row row = rows.get(new Random(random.seed("class", step, sample)).nextInt(rows.size()));
      Row drawn = row.taught() ? row : noised(row, step, sample, config, random);
      latents.push_back(drawn.latent());
      noise.push_back(drawn.noise());
      sigma[i] = drawn.sigma();
      t5.push_back(caption.t5());
      pooled.push_back(caption.pooled());
      if (drawn.taught()) {
        velocity.push_back(drawn.velocity());
      }
    }
    return new FlowLoss(
        torch.stack(latents),
        torch.stack(noise),
        Torch.tensor(sigma, count),
        torch.stack(t5),
        torch.stack(pooled),
        config.guidance(),
        velocity.empty() ? null : torch.stack(velocity));
  }

  private static Row noised(Row row, long step, long sample, TrainConfig config, JobRandom random) {
    Tensor noise = random.normal("class noise", step, sample, row.latent().shape());
    long tokens = row.latent().size(1) * row.latent().size(2) / 4;
    float sigma =
        NoiseLevels.draw(config.sigmaSampling(), random, "class sigma", step, sample, tokens);
    return new Row(row.latent(), noise, sigma, null);
  }

  /** The class's caption. */
  public TrainingSet.Caption caption() {
    return caption;
  }

  /** The samples. */
  public List<Row> rows() {
    return rows;
  }

  /** Lets go of the tensors. */
  @Override
  public void close() {
    Torch.release(caption.t5());
    Torch.release(caption.pooled());
    tensors().forEach(Torch::release);
  }

  private List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    for (Row row : rows) {
      tensors.add(row.latent());
      if (row.taught()) {
        tensors.add(row.noise());
        tensors.add(row.velocity());
      }
    }
    return tensors;
  }

  private static void require(boolean valid, String problem) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "the class prior " + problem + "; make it again");
    }
  }
}
