package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.atelier.caption.TriggerRule;
import io.atelier.caption.TriggerTokens;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.provenance.Ids;
import io.atelier.table.SubjectRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows of {@code subjects} for the folders of one intake. */
final class Subjects {
  /** What the images of a dataset show, in captions: nobody knows. */
  private static final String DATASET_NOUN = "scene";

  private Subjects() {}

  /** The registered subjects that are no datasets. */
  static Dataset<Row> people(JobContext context) {
    return context
        .tables()
        .subjects()
        .read()
        .where(not(col("kind").eqNullSafe(SubjectRow.DATASET)));
  }

  /** Names of those subjects that are people. */
  static Set<String> people(List<SubjectRow> subjects) {
    return subjects.stream()
        .filter(row -> !row.isDataset())
        .map(SubjectRow::name)
        .collect(Collectors.toSet());
  }

  /**
   * One row a name. What the subjects' file says wins; else a known subject keeps what it has, and
   * a new one gets the class noun of the settings and a fresh trigger token.
   *
   * @param before the table as it is
   */
  static List<SubjectRow> rows(
      JobContext context, List<SubjectRow> before, Set<String> names, SubjectsFile file) {
    Map<String, SubjectRow> known = new HashMap<>();
    before.forEach(row -> known.put(row.subjectId(), row));
    Set<String> taken = new HashSet<>();
    known.values().forEach(row -> taken.add(row.triggerToken()));
    taken.addAll(file.triggerTokens());
    List<SubjectRow> rows = new ArrayList<>();
    for (String name : names) {
      requireNoDataset(name, known.get(Ids.subject(name)));
      SubjectRow row = row(context, name, file.get(name), known.get(Ids.subject(name)), taken);
      taken.add(row.triggerToken());
      rows.add(row);
    }
    rows.forEach(row -> known.put(row.subjectId(), row));
    requireDistinctTokens(known.values());
    rows.forEach(Subjects::requireUsableToken);
    return rows;
  }

  /**
   * The row of a dataset. Its token is put into the texts to train on, as a subject's is; captions
   * as they were written have none.
   */
  static SubjectRow dataset(JobContext context, String name) {
    String id = Ids.subject(name);
    Set<String> taken = new HashSet<>();
    for (SubjectRow known : context.tables().subjects().rows()) {
      if (known.subjectId().equals(id)) {
        if (!known.isDataset()) {
          throw taken(name, "subject", "the dataset");
        }
        return known;
      }
      taken.add(known.triggerToken());
    }
    String token = TriggerTokens.generate(id, taken);
    Instant now = context.now();
    return new SubjectRow(
        id, name, DATASET_NOUN, token, null, now, now, context.runId(), null, SubjectRow.DATASET);
  }

  private static void requireNoDataset(String name, SubjectRow known) {
    if (known != null && known.isDataset()) {
      throw taken(name, "dataset", "the folder");
    }
  }

  private static AtelierException taken(String name, String kind, String what) {
    return new AtelierException(
        ErrorCode.BAD_INPUT,
        "'%s' is a %s of this lake already, and nothing was registered. Give %s another name."
            .formatted(name, kind, what));
  }

  /** A token that stands for two subjects would mix them up in every caption and prompt. */
  private static void requireDistinctTokens(Collection<SubjectRow> subjects) {
    Map<String, SubjectRow> owners = new HashMap<>();
    for (SubjectRow subject : subjects) {
      SubjectRow owner = owners.putIfAbsent(subject.triggerToken(), subject);
      if (owner != null) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            "The trigger_token '"
                + subject.triggerToken()
                + "' would stand for both '"
                + owner.name()
                + "' and '"
                + subject.name()
                + "' of this lake, and nothing was registered. Give one of them another in "
                + PhotoFolder.SUBJECTS_FILE
                + ".");
      }
    }
  }

  /** Captions of this subject could not be written otherwise, and that would show much later. */
  private static void requireUsableToken(SubjectRow subject) {
    try {
      new TriggerRule(subject.triggerToken(), subject.classNoun());
    } catch (AtelierException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The trigger_token '"
              + subject.triggerToken()
              + "' of '"
              + subject.name()
              + "' does not go with the class noun '"
              + subject.classNoun()
              + "', and nothing was registered: "
              + e.getMessage()
              + " Give another token in "
              + PhotoFolder.SUBJECTS_FILE
              + ".",
          e);
    }
  }

  private static String consent(SubjectsFile.Details details, SubjectRow known) {
    if (details.consent() == null) {
      return known == null ? null : known.consent();
    }
    return details.consent().isEmpty() ? null : details.consent();
  }

  private static SubjectRow row(
      JobContext context,
      String name,
      SubjectsFile.Details details,
      SubjectRow known,
      Set<String> taken) {
    Instant now = context.now();
    String id = Ids.subject(name);
    String noun = known == null ? context.settings().intake().classNoun() : known.classNoun();
    String token = known == null ? null : known.triggerToken();
    if (details.triggerToken() != null) {
      token = details.triggerToken();
    }
    return new SubjectRow(
        id,
        name,
        details.classNoun() == null ? noun : details.classNoun(),
        token == null ? TriggerTokens.generate(id, taken) : token,
        consent(details, known),
        now,
        now,
        context.runId(),
        Contracts.packs(details.allowedPacks(), known),
        null);
  }
}
