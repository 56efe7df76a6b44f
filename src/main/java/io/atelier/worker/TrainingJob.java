package io.atelier.worker;

import io.atelier.image.BucketShape;
import io.atelier.lora.Inversion;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.TrainConfig;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * One adapter to train; everything in it is part of the adapter's id or follows from it.
 *
 * @param adapterId the training under its contract: names the adapter's file
 * @param trainingId the training alone: the key of all its random numbers, names its saved state
 * @param setId names the cached latents and embeddings
 * @param lora the shape of the adapter; null for textual inversion
 * @param inversion the word to learn by textual inversion; null to train the LoRA
 * @param resolutions photos are scaled to about these numbers of pixels squared, rising
 * @param shape of what is trained on
 * @param mirrored whether photos are encoded with left and right swapped, too
 * @param prior what keeps the class; null for nothing
 * @param lineage written into the adapter file's metadata
 */
public record TrainingJob(
    String adapterId,
    String trainingId,
    String setId,
    String subjectId,
    List<TrainingPhoto> photos,
    LoraConfig lora,
    Inversion inversion,
    TrainConfig train,
    List<Integer> resolutions,
    BucketShape shape,
    boolean mirrored,
    PriorJob prior,
    Map<String, String> lineage)
    implements Serializable {

  /** The last and highest resolution. */
  public int resolution() {
    return resolutions.get(resolutions.size() - 1);
  }
}
