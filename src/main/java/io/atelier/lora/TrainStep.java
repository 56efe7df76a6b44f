package io.atelier.lora;

/**
 * What happened in one optimiser step.
 *
 * @param step counted from 1
 * @param loss mean over the step's batches, before the step
 * @param gradientNorm global norm before clipping
 * @param learningRate rate of this step
 * @param sigma mean noise level of the step's samples
 */
public record TrainStep(
    int step, double loss, double gradientNorm, double learningRate, double sigma) {}
