package io.atelier.worker;

import java.io.Serializable;
import java.util.List;

/**
 * Batches of one adapter, which is merged once for all of them.
 *
 * @param adapterUri the adapter file, relative to the lake's root; null if the embeddings are all
 *     that the adapter changes
 * @param adapterSha256 of that file; null if there is none
 */
public record RenderJob(
    String subjectId,
    String adapterId,
    String adapterUri,
    String adapterSha256,
    List<RenderBatch> batches)
    implements Serializable {

  /** Images of all batches. */
  public long images() {
    return batches.stream().mapToLong(batch -> batch.images().size()).sum();
  }
}
