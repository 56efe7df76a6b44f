package io.atelier.lora;

/**
 * What happened in one optimiser step.
 *
 * @param step counted from 1
 * @param loss mean over the step's photos, before the step; without the loss on class samples
 * @param gradientNorm global norm before clipping
 * @param learningRate rate of this step
 * @param sigma mean noise level of the step's photos
 * @param validationLoss mean loss on the held-out photos after the step; null where it was not due
 */
public record TrainStep(
    int step,
    double loss,
    double gradientNorm,
    double learningRate,
    double sigma,
    Double validationLoss) {}
