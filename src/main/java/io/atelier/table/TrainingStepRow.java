package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/**
 * One optimiser step of one training: a row of {@code training_steps}. The columns after {@code
 * run_id} came later and are null in older rows.
 */
public record TrainingStepRow(
    @Column("Key, part 1: the adapter") String adapterId,
    @Column("Key, part 2: the step, from 1") int step,
    @Column("Whose adapter") String subjectId,
    @Column("Loss of the step") double loss,
    @Column("Norm of all gradients together, before clipping") double gradNorm,
    @Column("Learning rate of the step") double learningRate,
    @Column("Mean noise level of the batch, 0 to 1") double sigma,
    @Column("When the training ended, UTC") Instant createdAt,
    @Column("Run that trained it") String runId,
    @Column(value = "Tenth of the noise levels that sigma lies in, 0 to 9", nullable = true)
        Integer sigmaBucket,
    @Column(
            value = "Loss on held-out photos after the step; null where it was not due",
            nullable = true)
        Double validationLoss)
    implements Serializable {

  /** The tenth that a noise level lies in: 0 for [0, 0.1), 9 for [0.9, 1]. */
  public static int bucket(double sigma) {
    return Math.min(9, (int) (sigma * 10));
  }

  /** The table {@code training_steps}. */
  public static final TableSpec<TrainingStepRow> TABLE =
      TableSpec.of("training_steps", TrainingStepRow.class)
          .key("adapter_id", "step")
          .check("step_range", "step > 0")
          .check("sigma_range", "sigma >= 0 AND sigma <= 1")
          .statistics("subject_id", "adapter_id", "step", "created_at", "run_id")
          .clusterBy("adapter_id")
          .build();
}
