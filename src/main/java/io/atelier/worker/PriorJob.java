package io.atelier.worker;

import io.atelier.lora.SigmaSampling;
import java.io.Serializable;

/**
 * Class samples to make, for all subjects of one class noun.
 *
 * @param priorId hash of all below and the checkpoint; also the key of all random numbers
 * @param caption what the samples are made with and trained on
 * @param embeddingId names the caption's embedding in the lake
 * @param taught whether the base model's velocities at fixed noise and levels are kept, too
 * @param steps denoising steps
 * @param guidance told to the model in sampling
 * @param side pixels
 * @param sigmaSampling how the levels of taught velocities are drawn
 * @param trainGuidance told to the model for taught velocities
 */
public record PriorJob(
    String priorId,
    String classNoun,
    String caption,
    String embeddingId,
    boolean taught,
    int samples,
    int steps,
    double guidance,
    int side,
    SigmaSampling sigmaSampling,
    double trainGuidance)
    implements Serializable {}
