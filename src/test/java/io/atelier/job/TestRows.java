package io.atelier.job;

import io.atelier.image.BucketShape;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.TrainConfig;
import io.atelier.table.AdapterRow;
import io.atelier.table.SubjectRow;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PriorJob;
import io.atelier.worker.TrainingJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rows that no stage has made. */
final class TestRows {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private TestRows() {}

  static SubjectRow subject(String id, String name, String trigger) {
    return new SubjectRow(id, name, "woman", trigger, null, NOON, NOON, "run-1", null, null);
  }

  /** The same under another contract. */
  static SubjectRow agreeing(SubjectRow subject, String consent, List<String> packs) {
    return new SubjectRow(
        subject.subjectId(),
        subject.name(),
        subject.classNoun(),
        subject.triggerToken(),
        consent,
        NOON,
        NOON,
        "run-1",
        packs,
        null);
  }

  /** A training without photos. */
  static TrainingJob training(
      String adapter, String training, String set, String subject, PriorJob prior) {
    return new TrainingJob(
        adapter,
        training,
        set,
        subject,
        List.of(),
        LoraConfig.DEFAULT,
        null,
        TrainConfig.DEFAULT,
        List.of(64),
        BucketShape.OWN,
        false,
        prior,
        Map.of());
  }

  /** An adapter of a subject under the subject's contract. */
  static AdapterRow adapter(String id, SubjectRow subject, ModelSpec model, Instant createdAt) {
    return new AdapterRow(
        id,
        subject.subjectId(),
        "TRAINED",
        null,
        1,
        "adapters/x.safetensors",
        "d".repeat(64),
        1L,
        "lora",
        4,
        4.0,
        5,
        "diffusers",
        1e-3,
        64,
        0L,
        model.hash(),
        model.folder(),
        "c".repeat(64),
        "0.1.0",
        subject.triggerToken(),
        subject.classNoun(),
        subject.consent(),
        List.of("e".repeat(64)),
        List.of("caption"),
        1.0,
        0.5,
        1.0,
        "cpu",
        "float32",
        createdAt,
        "run-1",
        1,
        0.0,
        null,
        0,
        false,
        false,
        null,
        null,
        4,
        null,
        null,
        subject.allowedPacks());
  }
}
