package io.atelier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.job.Diff;
import java.util.List;
import java.util.stream.Collectors;

/** A difference as text to read, as comma-separated values or as JSON. */
enum DiffText {
  TEXT {
    @Override
    String of(Diff diff) {
      StringBuilder text = new StringBuilder();
      text.append("from verdicts ").append(moment(diff.from())).append('\n');
      text.append("to   verdicts ").append(moment(diff.to())).append('\n');
      text.append(
          "%d images kept, %d gained, %d lost\n"
              .formatted(diff.kept(), diff.gained(), diff.lost()));
      for (Diff.RuleCount rule : diff.rules()) {
        text.append("  %s %-22s %d\n".formatted(sign(rule.gained()), rule.rule(), rule.images()));
      }
      for (Diff.Change change : diff.changes()) {
        text.append(
            "%s %s  %s  %s\n"
                .formatted(
                    sign(change.gained()),
                    change.subject(),
                    change.source(),
                    String.join(" ", said(change))));
      }
      long left = diff.gained() + diff.lost() - diff.changes().size();
      return left > 0
          ? text.append("and %d more; --limit lists them\n".formatted(left)).toString()
          : text.toString();
    }

    private List<String> said(Diff.Change change) {
      return change.sentences().isEmpty() ? change.rules() : change.sentences();
    }

    private String moment(Diff.Moment moment) {
      return "version " + moment.version() + " by the rules " + moment.rules();
    }

    private String sign(boolean gained) {
      return gained ? "+" : "-";
    }
  },
  CSV {
    @Override
    String of(Diff diff) {
      StringBuilder text = new StringBuilder("change,input_id,subject,source,rules,sentences\r\n");
      for (Diff.Change change : diff.changes()) {
        text.append(
            List.of(
                    change.gained() ? "gained" : "lost",
                    change.inputId(),
                    String.valueOf(change.subject()),
                    String.valueOf(change.source()),
                    String.join(" ", change.rules()),
                    String.join(" ", change.sentences()))
                .stream()
                .map(DiffText::quoted)
                .collect(Collectors.joining(",", "", "\r\n")));
      }
      return text.toString();
    }
  },
  JSON {
    @Override
    String of(Diff diff) {
      try {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(diff) + "\n";
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("records can be written", e);
      }
    }
  };

  /** The whole text, its lines ended. */
  abstract String of(Diff diff);

  /** As RFC 4180 has it. */
  private static String quoted(String value) {
    return value.matches("(?s).*[\",\r\n].*") ? "\"" + value.replace("\"", "\"\"") + "\"" : value;
  }
}
