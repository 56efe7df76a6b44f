package io.atelier.style;

/**
 * One picture to render, in full: the same request gives the same picture on the same hardware.
 *
 * @param requestId SHA-256 over everything that decides the pixels, 64 hex digits
 * @param subjectId whose picture
 * @param adapterId content hash of the adapter
 * @param baseCheckpoint content hash of the checkpoint
 * @param pack name and version of the pack
 * @param look the look in it
 * @param promptId SHA-256 over prompt and negative prompt: equal ones are encoded once
 * @param prompt with the trigger token in it
 * @param negative empty for none
 * @param width pixels
 * @param height pixels
 * @param steps denoising steps
 * @param guidance distilled guidance
 * @param trueCfg scale of classifier-free guidance, 1 for none
 * @param seed seed of the noise
 * @param sampler name and version of what else decides the pixels: sampler, precision, text length
 */
public record RenderRequest(
    String requestId,
    String subjectId,
    String adapterId,
    String baseCheckpoint,
    String pack,
    String look,
    String promptId,
    String prompt,
    String negative,
    int width,
    int height,
    int steps,
    double guidance,
    double trueCfg,
    long seed,
    String sampler) {}
