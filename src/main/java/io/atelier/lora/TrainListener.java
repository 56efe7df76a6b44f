package io.atelier.lora;

/** Sees every step of a training as it ends; may throw to stop it. */
@FunctionalInterface
public interface TrainListener {
  /** Called after each step, on the training's thread. */
  void after(TrainStep step);
}
