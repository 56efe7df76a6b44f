package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.CloseStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;

/**
 * Trains one adapter, or the vectors of one word, on one subject's photos beside a frozen
 * transformer. A step depends only on the job's key, its number and the values before it, so a job
 * that goes on from a saved state is bit-equal to one that was never stopped, on the same hardware.
 * One thread; while a trainer is open, the transformer carries its branches and belongs to it.
 */
public final class Trainer implements AutoCloseable {
  /** Another one whenever a training gives other numbers from the same key and inputs. */
  public static final String VERSION = "trainer-1";

  private final FluxTransformer model;
  private final TrainConfig config;
  private final ClassPrior prior;
  private final JobRandom random;
  private final Trained trained;
  private final Optimiser optimiser;
  private final Best best;
  private final TrainState state;
  private final Holdout holdout;
  private final BatchPlan plan;
  private final IntFunction<TrainingSet.Caption> captions;
  private final Samples samples;
  private final List<TrainStep> history = new ArrayList<>();
  private StepMemory memory;

  /** A job without class samples, with memory to spare. */
  public Trainer(
      FluxTransformer model, TrainingSet set, LoraConfig lora, TrainConfig config, String jobKey) {
    this(model, set, null, lora, config, jobKey, StepMemory.AMPLE);
  }

  /**
   * Sets up a job at step 0 and attaches its branches. Set and prior stay the caller's.
   *
   * @param prior samples of the class for {@code config}'s prior weight; null without
   * @param jobKey what all randomness derives from; equal keys and inputs give equal adapters
   */
  public Trainer(
      FluxTransformer model,
      TrainingSet set,
      ClassPrior prior,
      LoraConfig lora,
      TrainConfig config,
      String jobKey,
      StepMemory memory) {
    this(
        model,
        set,
        prior,
        lora.toString(),
        random -> Trainables.begin(model, lora, random),
        config,
        jobKey,
        memory);
  }

  /**
   * Sets up a textual inversion: the vectors of a word are trained instead of layers. Captions are
   * never dropped, because without the word there is nothing to learn. The encoders stay the
   * caller's.
   *
   * @throws AtelierException BAD_INPUT if a caption does not have the word exactly once
   */
  public static Trainer inversion(
      FluxTransformer model,
      TextEncoders encoders,
      TrainingSet set,
      Inversion inversion,
      TrainConfig config,
      String jobKey,
      StepMemory memory) {
    return new Trainer(
        model,
        set,
        null,
        "textual inversion by " + inversion.vectors() + " vectors",
        random -> new LearnedRows(encoders, inversion, set.captions().size()),
        config.withoutDropout(),
        jobKey,
        memory);
  }

  private Trainer(
      FluxTransformer model,
      TrainingSet set,
      ClassPrior prior,
      String method,
      Function<JobRandom, Trained> begin,
      TrainConfig config,
      String jobKey,
      StepMemory memory) {
    this.model = model;
    this.prior = prior;
    this.config = config;
    this.memory = memory;
    random = new JobRandom(jobKey);
    holdout = new Holdout(set, config, random);
    plan = new BatchPlan(set, holdout.seen(), config, random);
    Merge.restore(model.linears());
    try (CloseStack onFailure = new CloseStack()) {
      trained = onFailure.add(begin.apply(random));
      captions = caption -> trained.caption(set, caption);
      samples = new Samples(set, config, random, captions);
      optimiser = onFailure.add(Optimiser.of(config.optimisation(), trained.values()));
      best = onFailure.add(new Best(trained.values(), config.validation().stopsEarly()));
      state = new TrainState(trained, optimiser, best, jobKey, method + " " + config);
      onFailure.release();
    }
  }

  /** How steps are made to fit into memory. */
  public StepMemory memory() {
    return memory;
  }

  /** Steps done so far. */
  public int done() {
    return history.size();
  }

  /** The steps done so far, those before a {@link #restore} included. */
  public List<TrainStep> history() {
    return List.copyOf(history);
  }

  /** True when all steps are done, or validation has stopped the training early. */
  public boolean finished() {
    Validation validation = config.validation();
    return done() >= config.steps()
        || (validation.stopsEarly() && best.stale() >= validation.patience());
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
   * @throws AtelierException TRAINING_DIVERGED if the loss or the gradient is not finite, the
   *     values are then those before the step; or if the validation loss after it is not
   */
  public TrainStep step() {
    zeroGradients();
    double loss = 0;
    double sigma = 0;
    long sample = 0;
    for (int i = 0; i < config.accumulation(); i++) {
      List<Integer> photos = plan.photos(done(), i);
      for (List<Integer> part : parts(photos)) {
        double share = (double) part.size() / photos.size() / config.accumulation();
        try (PointerScope scope = new PointerScope()) {
          FlowLoss batch = samples.draw(part, plan.level(done()), done(), sample);
          loss += share * backward("loss", batch, share);
          sigma += batch.sigma().sum().item_double();
          keepClass(part.size(), sample, share);
        }
        sample += part.size();
      }
    }
    double norm =
        requireFinite(
            "gradient norm",
            GradientNorm.clip(trained.gradients(), config.optimisation().clipNorm()));
    double rate = config.learningRateAt(done());
    optimiser.step(trained.gradients(), rate, done() + 1);
    trained.stepped();
    TrainStep step =
        new TrainStep(done() + 1, loss, norm, rate, sigma / sample, validate(done() + 1));
    history.add(step);
    return step;
  }

  private List<List<Integer>> parts(List<Integer> photos) {
    List<List<Integer>> parts = new ArrayList<>();
    int size = Math.min(photos.size(), memory.photosAtOnce());
    for (int start = 0; start < photos.size(); start += size) {
      parts.add(photos.subList(start, Math.min(start + size, photos.size())));
    }
    return parts;
  }

  private void keepClass(int count, long sample, double share) {
    if (prior != null && config.priorWeight() > 0) {
      FlowLoss batch = prior.draw(count, done(), sample, config, random);
      backward("loss on class samples", batch, share * config.priorWeight());
    }
  }

  private double backward(String what, FlowLoss batch, double share) {
    return requireFinite(what, batch.backward(model, share, memory.checkpointing()));
  }

  private Double validate(int step) {
    if (!config.validation().dueAfter(step, config.steps())) {
      return null;
    }
    double loss = requireFinite("validation loss", holdout.loss(model, captions));
    // Only the last resolution can tell that there is nothing left to learn.
    best.offer(loss, plan.isLastLevel(step - 1));
    return loss;
  }

  private void zeroGradients() {
    try (PointerScope scope = new PointerScope()) {
      trained.gradients().zero_();
    }
  }

  private double requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new AtelierException(
          ErrorCode.TRAINING_DIVERGED,
          "the "
              + what
              + " of training step "
              + (done() + 1)
              + " is "
              + value
              + "; use a lower learning rate, or look for a photo whose latent is not finite");
    }
    return value;
  }

  /**
   * A copy of the adapter as it is now; of a finished early-stopping job the best one.
   *
   * @throws IllegalStateException of a textual inversion, which has none
   */
  public Adapter adapter() {
    if (!(trained instanceof Trainables trainables)) {
      throw new IllegalStateException("a textual inversion has no adapter; write its file");
    }
    settle();
    return trainables.adapter();
  }

  /**
   * Writes what was trained as the file that others load, an {@link Adapter} in float32 or {@link
   * TokenEmbeddings}; of a finished early-stopping job the best one.
   */
  public void write(Path file, Map<String, String> lineage) {
    settle();
    trained.write(file, lineage);
  }

  private void settle() {
    if (finished()) {
      best.restore();
    }
  }

  /** Writes all that is needed to go on later: the values, the optimiser's tensors, the steps. */
  public void save(Path file) {
    state.write(file, new TrainState.Progress(history, memory));
  }

  /**
   * Goes on from a saved state, and in the same portions: they decide the last bits of a step. Only
   * a job that is told to use as little memory as possible does so from there on.
   *
   * @throws AtelierException BAD_INPUT if it is of another job or configuration
   */
  public void restore(Path file) {
    TrainState.Progress saved = state.read(file);
    history.clear();
    history.addAll(saved.history());
    memory = memory.equals(StepMemory.SCARCE) ? memory : saved.memory();
  }

  /** Takes the branches, if any, off the transformer and frees values, gradients and moments. */
  @Override
  public void close() {
    trained.close();
    optimiser.close();
    best.close();
  }
}
