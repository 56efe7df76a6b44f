package io.atelier.pretrain;

import io.atelier.lora.AdamW;
import io.atelier.lora.GradientNorm;
import io.atelier.lora.LearningRate;
import io.atelier.nn.Leaves;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The steps of one stage: several threads compute the gradients of a part of the batch each, their
 * mean is clipped and goes into Muon and AdamW, and an exponential moving average of the values is
 * what the stage results in. Saved every so often; a run that was killed goes on from there with
 * the same numbers.
 */
final class TrainingRun implements AutoCloseable {

  /** One thread's part of a batch. */
  interface Part extends AutoCloseable {
    /** Adds the gradients of the part's mean loss to those of its own leaves; gives the loss. */
    double backward(int step);

    @Override
    default void close() {}
  }

  /**
   * How a stage is trained.
   *
   * @param clip largest norm of the gradients
   * @param hidden what Muon trains; null for nothing
   * @param average share of the old in the moving average of the values, in [0, 1)
   * @param saveEvery steps after which the state is saved
   */
  record Plan(
      int steps,
      int warmup,
      double peak,
      LearningRate schedule,
      double clip,
      Hidden hidden,
      double average,
      int saveEvery) {}

  /**
   * The matrices that Muon trains; AdamW trains all else.
   *
   * @param names of matrices between other layers
   * @param times their learning rate, as a multiple of the other one
   */
  record Hidden(Pattern names, double times) {}

  private static final int RECENT = 100;

  private final Path file;
  private final Plan plan;
  private final List<Leaves> replicas;
  private final List<? extends Part> parts;
  private final AdamW optimiser;
  private final Muon muon;
  private final Tensor values;
  private final Tensor average;
  private final List<Double> losses = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * A run of {@code plan}, from the state in {@code file} if there is one.
   *
   * @param replicas the leaves of each part; they share their values
   */
  TrainingRun(Path file, Plan plan, List<Leaves> replicas, List<? extends Part> parts) {
    this.file = file;
    this.plan = plan;
    this.replicas = replicas;
    this.parts = parts;
    values = replicas.get(0).values();
    optimiser = new AdamW(values, 0);
    muon = plan.hidden() == null ? null : new Muon(replicas.get(0), plan.hidden().names());
    try (PointerScope scope = new PointerScope()) {
      average = Torch.keep(values.clone());
    }
    threads = Executors.newFixedThreadPool(parts.size());
    if (Files.exists(file)) {
      resume();
    }
  }

  /** Losses of the steps so far. */
  List<Double> losses() {
    return losses;
  }

  /** The moving average of the values, flat. */
  Tensor average() {
    return average;
  }

  /** Whether all steps are done. */
  boolean done() {
    return losses.size() >= plan.steps();
  }

  /** How many steps are left. */
  int left() {
    return plan.steps() - losses.size();
  }

  /** Mean loss of the last hundred steps. */
  double recentLoss() {
    int from = Math.max(0, losses.size() - RECENT);
    return losses.subList(from, losses.size()).stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  /** One step; saves if it is due. Returns the loss. */
  double step() {
    int step = losses.size();
    double loss = gradients(step);
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException(
          "the loss of step " + (step + 1) + " is " + loss + "; start again with a lower rate");
    }
    Tensor gradients = replicas.get(0).gradients();
    GradientNorm.clip(gradients, plan.clip());
    double rate = plan.peak() * plan.schedule().factor(step, plan.warmup(), plan.steps());
    if (muon != null) {
      muon(rate * plan.hidden().times());
    }
    optimiser.step(gradients, rate, step + 1);
    // Early values are far from the later ones, so the average forgets them sooner.
    double keep = Math.min(plan.average(), (1.0 + step) / (10.0 + step));
    follow(1 - keep);
    losses.add(loss);
    if (losses.size() % plan.saveEvery() == 0 || done()) {
      save();
    }
    return loss;
  }

  private void muon(double rate) {
    List<Future<?>> running = new ArrayList<>();
    for (Muon.Matrix matrix : muon.matrices()) {
      running.add(threads.submit(() -> matrix.step(rate)));
    }
    running.forEach(TrainingRun::result);
  }

  private void follow(double share) {
    try (PointerScope scope = new PointerScope()) {
      average.lerp_(values, new Scalar(share));
    }
  }

  private double gradients(int step) {
    List<Future<Double>> running = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Tensor gradients = replicas.get(i).gradients();
      running.add(threads.submit(() -> backward(part, gradients, step)));
    }
    double sum = 0;
    for (Future<Double> part : running) {
      sum += result(part);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor all = replicas.get(0).gradients();
      for (Leaves replica : replicas.subList(1, replicas.size())) {
        all.add_(replica.gradients());
      }
      all.div_(new Scalar((double) parts.size()));
    }
    return sum / parts.size();
  }

  private static double backward(Part part, Tensor gradients, int step) {
    try (PointerScope scope = new PointerScope()) {
      gradients.zero_();
      return part.backward(step);
    }
  }

  private static <T> T result(Future<T> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a part of the step failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a training step", e);
    }
  }

  private void save() {
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> state = new TreeMap<>(optimiser.tensors());
      state.put("values", values);
      state.put("average", average);
      if (muon != null) {
        state.put("momentum", muon.momentum());
      }
      float[] history = new float[losses.size()];
      for (int i = 0; i < history.length; i++) {
        history[i] = losses.get(i).floatValue();
      }
      state.put("losses", Torch.tensor(history, history.length));
      SafetensorsWriter.write(file, state, Map.of());
    }
  }

  private void resume() {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile state = SafetensorsFile.open(file)) {
      values.copy_(state.tensor("values"));
      average.copy_(state.tensor("average"));
      if (muon != null) {
        muon.momentum().copy_(state.tensor("momentum"));
      }
      optimiser.tensors().forEach((name, tensor) -> tensor.copy_(state.tensor(name)));
      for (float loss : Torch.floats(state.tensor("losses"))) {
        losses.add((double) loss);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    parts.forEach(Part::close);
    optimiser.close();
    if (muon != null) {
      muon.close();
    }
    Torch.release(average);
  }
}
