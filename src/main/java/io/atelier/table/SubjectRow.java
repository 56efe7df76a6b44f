package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/** One person, product or style to train: a row of {@code subjects}. */
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
    @Column("When class noun, trigger token or consent last changed, UTC") Instant updatedAt,
    @Column("Run that wrote this row last") String runId)
    implements Serializable {

  /** The table {@code subjects}; class noun, trigger token and consent may change. */
  public static final TableSpec<SubjectRow> TABLE =
      TableSpec.of("subjects", SubjectRow.class)
          .key("subject_id")
          .mutable("class_noun", "trigger_token", "consent")
          .check("subject_id_form", "subject_id RLIKE '^[0-9a-f]{16}$'")
          .check("name_given", "length(trim(name)) > 0")
          .check("class_noun_given", "length(trim(class_noun)) > 0")
          .check("trigger_token_form", "trigger_token RLIKE '^[a-z0-9_]{3,32}$'")
          .statistics("subject_id", "created_at", "updated_at", "run_id")
          .build();
}
