package io.atelier.worker;

import java.io.Serializable;

/**
 * One image to make.
 *
 * @param embeddingId of the prompt
 * @param negativeEmbeddingId of the negative prompt; null without true classifier-free guidance
 * @param guidance distilled guidance; ignored by checkpoints without it
 * @param trueCfg scale of classifier-free guidance; 1 is none
 * @param there whether its picture is there already: it is denoised again, since what shares a
 *     batch decides the last bits of the others, and not written
 */
public record RenderImage(
    String requestId,
    String embeddingId,
    String negativeEmbeddingId,
    double guidance,
    double trueCfg,
    long seed,
    boolean there)
    implements Serializable {}
