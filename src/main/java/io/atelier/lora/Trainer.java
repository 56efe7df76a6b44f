package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains one adapter on one subject's photos beside a frozen transformer. A step depends only on
 * the job's key, its number and the values before it, so a job that goes on from a saved state is
 * bit-equal to one that was never stopped, on the same hardware. One thread; while a trainer is
 * open, the transformer carries its branches and belongs to it.
 */
public final class Trainer implements AutoCloseable {
  private final FluxTransformer model;
  private final TrainConfig config;
  private final TrainState state;
  private final Trainables trainables;
  private final AdamW optimiser;
  private final BatchPlan plan;
  private final Samples samples;
  private int done;

  /**
   * Sets up a job at step 0 and attaches its branches. The set stays the caller's.
   *
   * @param jobKey what all randomness derives from; equal keys and inputs give equal adapters
   */
  public Trainer(
      FluxTransformer model, TrainingSet set, LoraConfig lora, TrainConfig config, String jobKey) {
    this.model = model;
    this.config = config;
    JobRandom random = new JobRandom(jobKey);
    plan = new BatchPlan(set.photos(), config.batch(), random);
    samples = new Samples(set, config, random);
    List<String> modules = lora.targets().select(model.linears().keySet());
    trainables = new Trainables(model.linears(), modules, lora);
    optimiser = new AdamW(trainables.values(), config.weightDecay());
    state = new TrainState(trainables, optimiser, jobKey, lora + " " + config);
    trainables.initialise(random);
    Merge.restore(model.linears());
    trainables.attach();
  }

  /** Steps done so far. */
  public int done() {
    return done;
  }

  /** True when all steps are done. */
  public boolean finished() {
    return done >= config.steps();
  }

  /** Does the steps that are left. */
  public void run(TrainListener listener) {
    while (!finished()) {
      listener.after(step());
    }
  }

  /**
   * Does the next step.
   *
   * @throws AtelierException TRAINING_DIVERGED if the loss or the gradient is not finite; the
   *     values are then those before the step
   */
  public TrainStep step() {
    zeroGradients();
    double loss = 0;
    double sigma = 0;
    long sample = 0;
    for (int i = 0; i < config.accumulation(); i++) {
      List<Integer> photos = plan.photos((long) done * config.accumulation() + i);
      try (PointerScope scope = new PointerScope()) {
        FlowLoss batch = samples.draw(photos, done, sample);
        loss += backward(batch) / config.accumulation();
        sigma += batch.sigma().sum().item_double();
      }
      sample += photos.size();
    }
    double norm =
        requireFinite(
            "gradient norm", GradientNorm.clip(trainables.gradients(), config.clipNorm()));
    double rate = config.learningRateAt(done);
    optimiser.step(trainables.gradients(), rate, done + 1);
    done++;
    return new TrainStep(done, loss, norm, rate, sigma / sample);
  }

  private void zeroGradients() {
    try (PointerScope scope = new PointerScope()) {
      trainables.gradients().zero_();
    }
  }

  private double backward(FlowLoss batch) {
    Tensor loss = batch.of(model);
    double value = requireFinite("loss", loss.item_double());
    loss.div(new Scalar((double) config.accumulation())).backward();
    return value;
  }

  private double requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new AtelierException(
          ErrorCode.TRAINING_DIVERGED,
          "the "
              + what
              + " of training step "
              + (done + 1)
              + " is "
              + value
              + "; use a lower learning rate, or look for a photo whose latent is not finite");
    }
    return value;
  }

  /** A copy of the adapter as it is now. */
  public Adapter adapter() {
    return trainables.adapter();
  }

  /** Writes all that is needed to go on later: A, B, both moments, the step. */
  public void save(Path file) {
    state.write(file, done);
  }

  /**
   * Goes on from a saved state.
   *
   * @throws AtelierException BAD_INPUT if it is of another job or configuration
   */
  public void restore(Path file) {
    done = state.read(file);
  }

  /** Takes the branches off the transformer and frees values, gradients and moments. */
  @Override
  public void close() {
    trainables.close();
    optimiser.close();
  }
}
