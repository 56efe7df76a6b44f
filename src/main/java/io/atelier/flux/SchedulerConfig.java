package io.atelier.flux;

/**
 * The time steps of the sampler: {@code scheduler/scheduler_config.json}, class {@code
 * FlowMatchEulerDiscreteScheduler} of diffusers, whose defaults hold for absent keys. Always the
 * exponential time shift, never Karras, exponential, beta or inverted sigmas.
 *
 * @param numTrainTimesteps time steps at training; sigma 1 is this time step
 * @param shift shift of the sigmas where {@code useDynamicShifting} is false
 * @param useDynamicShifting true if the shift depends on the picture's size (dev)
 * @param baseShift shift at {@code baseImageSeqLen} tokens
 * @param maxShift shift at {@code maxImageSeqLen} tokens
 * @param baseImageSeqLen see {@code baseShift}
 * @param maxImageSeqLen see {@code maxShift}
 * @param stochasticSampling whether every step replaces the noise by fresh noise
 */
public record SchedulerConfig(
    int numTrainTimesteps,
    double shift,
    boolean useDynamicShifting,
    double baseShift,
    double maxShift,
    int baseImageSeqLen,
    int maxImageSeqLen,
    boolean stochasticSampling) {

  static SchedulerConfig read(ComponentConfig config) {
    config.requireText("_class_name", "FlowMatchEulerDiscreteScheduler");
    config.supportOnly("time_shift_type", "exponential", "exponential");
    config.supportOnly("use_karras_sigmas", false, false);
    config.supportOnly("use_exponential_sigmas", false, false);
    config.supportOnly("use_beta_sigmas", false, false);
    config.supportOnly("invert_sigmas", false, false);
    config.supportNull("shift_terminal");
    SchedulerConfig result =
        new SchedulerConfig(
            config.positive("num_train_timesteps", 1000),
            config.number("shift", 1.0),
            config.bool("use_dynamic_shifting", false),
            config.number("base_shift", 0.5),
            config.number("max_shift", 1.15),
            config.positive("base_image_seq_len", 256),
            config.positive("max_image_seq_len", 4096),
            config.bool("stochastic_sampling", false));
    if (result.maxImageSeqLen <= result.baseImageSeqLen) {
      throw config.bad(
          "max_image_seq_len",
          Integer.toString(result.maxImageSeqLen),
          "more than base_image_seq_len " + result.baseImageSeqLen);
    }
    config.refuseUnknown();
    return result;
  }
}
