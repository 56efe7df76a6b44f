package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.config.Settings;
import io.atelier.lora.AdapterLineage.Contract;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTable;
import io.atelier.table.SubjectRow;
import io.atelier.worker.PersonalFile;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/** What subjects have agreed to, and why something must not be made of them. */
final class Contracts {
  private static final String NO_CONSENT = "NO_CONSENT";
  private static final String PACK_NOT_ALLOWED = "PACK_NOT_ALLOWED";
  private static final String CONTRACT_CHANGED = "CONTRACT_CHANGED";
  private static final List<String> REFUSALS =
      List.of(NO_CONSENT, PACK_NOT_ALLOWED, CONTRACT_CHANGED);
  private static final List<String> ANY = List.of(Contract.ANY_PACK);

  private Contracts() {}

  /** The contract that a subject's adapters are to have from now on. */
  static Contract of(SubjectRow subject) {
    return new Contract(
        subject.triggerToken() + " " + subject.classNoun(),
        subject.allowedPacks() == null ? ANY : subject.allowedPacks(),
        subject.consent());
  }

  /** Whether an adapter was issued under what its subject has agreed to by now. */
  static boolean isCurrent(AdapterRow adapter, SubjectRow subject) {
    return Objects.equals(adapter.consent(), subject.consent())
        && Objects.equals(adapter.allowedPacks(), subject.allowedPacks());
  }

  /**
   * The packs of a subject as its row has them: null for all.
   *
   * @param said what the subjects' file says; null for nothing
   * @param known the subject's row; null if it is new
   */
  static List<String> packs(List<String> said, SubjectRow known) {
    if (said == null) {
      return known == null ? null : known.allowedPacks();
    }
    return said.equals(ANY) ? null : said.stream().distinct().sorted().toList();
  }

  /** Why nothing is captioned, trained or rendered of a subject; null if something may be. */
  static String refusal(Settings settings, SubjectRow subject) {
    if (subject == null) {
      return NO_CONSENT + ": this subject was removed from the lake.";
    }
    if (of(subject).allowedPacks().isEmpty()) {
      return NO_CONSENT + ": this subject allows no style pack (allowed_packs in subjects.yaml).";
    }
    if (settings.runtime().requireConsent() && subject.consent() == null) {
      return NO_CONSENT
          + ": no consent is on record for this subject; add it to subjects.yaml, or"
          + " switch runtime.require_consent off.";
    }
    return null;
  }

  /** Those of some subjects of whom something may be made. */
  static List<SubjectRow> willing(Settings settings, List<SubjectRow> subjects) {
    return subjects.stream().filter(subject -> refusal(settings, subject) == null).toList();
  }

  /**
   * Why an adapter must not be rendered with a pack; null if it may be.
   *
   * @param pack name and version
   */
  static String refusal(Settings settings, SubjectRow subject, AdapterRow adapter, String pack) {
    String refusal = refusal(settings, subject, pack);
    return refusal != null || isCurrent(adapter, subject)
        ? refusal
        : CONTRACT_CHANGED
            + ": consent or allowed packs have changed since this adapter was issued; run the stage"
            + " train, which issues it anew without training it again.";
  }

  /** Why nothing is rendered of a subject with a pack, whatever the adapter. */
  static String refusal(Settings settings, SubjectRow subject, String pack) {
    String refusal = refusal(settings, subject);
    if (refusal != null) {
      return refusal;
    }
    Contract contract = of(subject);
    return contract.allows(pack)
        ? null
        : "%s: the subject has agreed to %s, and not to %s (allowed_packs in subjects.yaml)."
            .formatted(PACK_NOT_ALLOWED, String.join(", ", contract.allowedPacks()), pack);
  }

  /** The rows of some subjects as they are now, by id. */
  private static Map<String, SubjectRow> now(JobContext context, Collection<String> subjectIds) {
    LakeTable<SubjectRow> subjects = context.tables().subjects();
    Object[] ids = new HashSet<>(subjectIds).toArray();
    return subjects.rows(subjects.read().where(col("subject_id").isin(ids))).stream()
        .collect(Collectors.toMap(SubjectRow::subjectId, row -> row));
  }

  /**
   * Results of tasks. People withdraw while others are at work; nothing of theirs is kept then.
   *
   * @param subjectId whose result it is
   * @param refusal why it must not be made of its subject as that is now; null if it may be
   */
  static <R extends PersonalFile<R>> List<R> permitted(
      JobContext context,
      List<R> results,
      Function<R, String> subjectId,
      BiFunction<R, SubjectRow, String> refusal) {
    Map<String, SubjectRow> now = now(context, results.stream().map(subjectId).toList());
    return results.stream()
        .map(
            result -> {
              String reason = refusal.apply(result, now.get(subjectId.apply(result)));
              return reason == null || result.uri() == null
                  ? result
                  : withoutFile(context, result, reason);
            })
        .toList();
  }

  private static <R extends PersonalFile<R>> R withoutFile(
      JobContext context, R result, String reason) {
    context.store().delete(context.lake().resolve(result.uri()));
    return result.without(reason);
  }

  /** Whether a reason says that something was not allowed, and not that it failed. */
  static boolean isRefusal(String reason) {
    return REFUSALS.stream().anyMatch(reason::startsWith);
  }

  /** The same of a column. */
  static Column isRefusal(Column reason) {
    return REFUSALS.stream()
        .map(refusal -> reason.startsWith(refusal))
        .reduce(Column::or)
        .orElseThrow();
  }
}
