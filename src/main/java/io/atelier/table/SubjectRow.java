package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * One person, product or style to train, or a dataset: a row of {@code subjects}. The columns after
 * {@code run_id} came later and are null in older rows.
 */
public record SubjectRow(
    @Column("Key: first 16 hex digits of the sha-256 over 'subject' and the name") String subjectId,
    @Column(value = "Name as given, usually the photo folder's", personal = true) String name,
    @Column(value = "What the subject is, e.g. woman, man, dog, bottle", personal = true)
        String classNoun,
    @Column(value = "Word that stands for the subject in captions and prompts", personal = true)
        String triggerToken,
    @Column(
            value = "Reference of the consent; null if none was given",
            nullable = true,
            personal = true)
        String consent,
    @Column("When the subject was first registered, UTC") Instant createdAt,
    @Column("When class noun, trigger token, consent or allowed packs last changed, UTC")
        Instant updatedAt,
    @Column("Run that wrote this row last") String runId,
    @Column(
            value =
                "Style packs the subject has agreed to, sorted, by name or name@version; empty for"
                    + " none, null for all",
            nullable = true,
            personal = true)
        List<String> allowedPacks,
    @Column(
            value = "DATASET for images that nothing is trained for; null for a subject",
            nullable = true)
        String kind)
    implements Serializable {
  /** A collection of images. */
  public static final String DATASET = "DATASET";

  /** Whether it is a dataset. */
  public boolean isDataset() {
    return DATASET.equals(kind);
  }

  /**
   * The table {@code subjects}; class noun, trigger token, consent and allowed packs may change.
   */
  public static final TableSpec<SubjectRow> TABLE =
      TableSpec.of("subjects", SubjectRow.class)
          .key("subject_id")
          .mutable("class_noun", "trigger_token", "consent", "allowed_packs")
          .check("subject_id_form", "subject_id RLIKE '^[0-9a-f]{16}$'")
          .check("name_given", "length(trim(name)) > 0")
          .check("class_noun_given", "length(trim(class_noun)) > 0")
          .check("trigger_token_form", "trigger_token RLIKE '^[a-z0-9_]{3,32}$'")
          .statistics("subject_id", "created_at", "updated_at", "run_id")
          .changeFeed()
          .build();
}
