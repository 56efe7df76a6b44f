package io.atelier.flux;

/** Hears of progress. */
public interface StepListener {
  /** Ignores it. */
  StepListener NONE = (done, total) -> {};

  /** Called after each denoising step: {@code done} of {@code total}, from 1 on. */
  void step(int done, int total);
}
