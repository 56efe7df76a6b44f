package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * One training: the adapter it made or why it failed, and all it was made from. A row of {@code
 * adapters}. The columns after {@code run_id} came later and are null in older rows.
 */
public record AdapterRow(
    @Column("Key: hash over the training and the contract: consent and allowed packs")
        String adapterId,
    @Column("Whose adapter") String subjectId,
    @Column("TRAINED or FAILED") String status,
    @Column(value = "Why it failed", nullable = true, personal = true) String reason,
    @Column(
            "How often it was tried, from 1: every task that started on it, over all runs, also"
                + " those that were killed")
        int attempts,
    @Column(value = "Adapter file, relative to the lake's root; null if failed", nullable = true)
        String uri,
    @Column(value = "sha-256 of the adapter file", nullable = true) String sha256,
    @Column(value = "Size of the adapter file in bytes", nullable = true) Long bytes,
    @Column("Kind of adapter: lora or textual-inversion") String method,
    @Column("Rank of the low-rank update, or vectors of the learned word") int rank,
    @Column("Alpha; the update is scaled by alpha / rank") double alpha,
    @Column("Optimiser steps asked for") int steps,
    @Column("Name of the set of trained linear layers") String targets,
    @Column("Learning rate at its highest") double learningRate,
    @Column("Side of the training images, pixels") int resolution,
    @Column("Seed of all of its random numbers") long seed,
    @Column("Hash of the base checkpoint") String baseCheckpoint,
    @Column("Where the base checkpoint was read") String baseUri,
    @Column("Hash of the settings that had an effect") String configHash,
    @Column("Version of this program") String codeVersion,
    @Column(value = "The trigger token it answers to", personal = true) String triggerToken,
    @Column(value = "The class noun it was trained with", personal = true) String classNoun,
    @Column(
            value = "Reference of the consent it was issued under",
            nullable = true,
            personal = true)
        String consent,
    @Column("Images it was trained on, sorted") List<String> assetIds,
    @Column("Captions it was trained on, in the images' order") List<String> captionIds,
    @Column(value = "Loss of the first step", nullable = true) Double firstLoss,
    @Column(value = "Loss of the last step", nullable = true) Double finalLoss,
    @Column(
            "Wall time of the training, seconds, of all its tasks; without what a killed task did"
                + " after its last saved state")
        double seconds,
    @Column("Where it ran: cpu or cuda:N; none if it did not begin") String device,
    @Column("float32 or bfloat16") String precision,
    @Column("When the training ended or the adapter was issued anew, UTC") Instant createdAt,
    @Column("Run that wrote this row") String runId,
    @Column(value = "Number of photos it was trained on", nullable = true) Integer images,
    @Column(
            value = "Wall time on GPUs, seconds, of all its tasks as in seconds; 0 on CPUs",
            nullable = true)
        Double gpuSeconds,
    @Column(
            value =
                "Most memory in use, bytes: allocated on the GPU, or resident of the whole process"
                    + " on a CPU",
            nullable = true)
        Long peakMemory,
    @Column(
            value = "Step of the saved state that its last task went on from; 0 for none",
            nullable = true)
        Integer resumedFrom,
    @Column(value = "Whether it ran with gradient checkpointing", nullable = true)
        Boolean checkpointed,
    @Column(value = "Whether memory ran out and it was tried once more with less", nullable = true)
        Boolean ranOutOfMemory,
    @Column(
            value = "Lowest loss on held-out photos; null where none were held out",
            nullable = true)
        Double bestValidationLoss,
    @Column(value = "Last loss on held-out photos; null where none were held out", nullable = true)
        Double lastValidationLoss,
    @Column(
            value = "Optimiser steps done; fewer than asked for after an early stop",
            nullable = true)
        Integer stepsDone,
    @Column(value = "Class samples trained on beside the photos; null for none", nullable = true)
        String priorId,
    @Column(
            value =
                "Hash over images, captions, settings, base checkpoint and the version of the"
                    + " training's numbers; rows that"
                    + " share it are one training under several contracts, whose time counts once",
            nullable = true)
        String trainingId,
    @Column(
            value =
                "Style packs it may be rendered with, sorted, by name or name@version; empty for"
                    + " none, null for all",
            nullable = true,
            personal = true)
        List<String> allowedPacks)
    implements Serializable {

  /** The training, which in older rows had one contract and gave the adapter its id. */
  public String training() {
    return trainingId == null ? adapterId : trainingId;
  }

  /** The same training's adapter under another contract, with a file of its own. */
  public AdapterRow issued(
      String id,
      String file,
      String hash,
      long size,
      String newConsent,
      List<String> newPacks,
      Instant now,
      String run) {
    return new AdapterRow(
        id,
        subjectId,
        status,
        reason,
        attempts,
        file,
        hash,
        size,
        method,
        rank,
        alpha,
        steps,
        targets,
        learningRate,
        resolution,
        seed,
        baseCheckpoint,
        baseUri,
        configHash,
        codeVersion,
        triggerToken,
        classNoun,
        newConsent,
        assetIds,
        captionIds,
        firstLoss,
        finalLoss,
        seconds,
        device,
        precision,
        now,
        run,
        images,
        gpuSeconds,
        peakMemory,
        resumedFrom,
        checkpointed,
        ranOutOfMemory,
        bestValidationLoss,
        lastValidationLoss,
        stepsDone,
        priorId,
        training(),
        newPacks);
  }

  /** The table {@code adapters}; a FAILED row may be replaced. */
  public static final TableSpec<AdapterRow> TABLE =
      TableSpec.of("adapters", AdapterRow.class)
          .key("adapter_id")
          .check("status_known", "status IN ('TRAINED', 'FAILED')")
          .check(
              "trained_has_file",
              "status = 'FAILED' OR (uri IS NOT NULL AND sha256 IS NOT NULL AND bytes > 0)")
          .check("failed_has_reason", "status = 'TRAINED' OR reason IS NOT NULL")
          .check("sha256_form", "sha256 IS NULL OR length(sha256) = 64")
          .check("numbers_range", "attempts > 0 AND rank > 0 AND steps > 0 AND resolution > 0")
          .check(
              "trained_on_something",
              "size(asset_ids) = size(caption_ids) AND (status = 'FAILED' OR size(asset_ids) > 0)")
          .statistics(
              "subject_id", "adapter_id", "status", "base_checkpoint", "created_at", "run_id")
          .clusterBy("subject_id")
          .build();
}
