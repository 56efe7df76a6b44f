package io.atelier.worker;

import java.io.Serializable;
import java.util.List;

/**
 * Images denoised together. Which images share a batch is fixed when they are planned: it decides
 * the last bits of the result, so a resumed job makes whole batches again.
 *
 * @param batchId hash over the images' request ids
 * @param width pixels, the same for all
 * @param height pixels, the same for all
 * @param steps denoising steps, the same for all
 */
public record RenderBatch(
    String batchId, int width, int height, int steps, List<RenderImage> images)
    implements Serializable {}
