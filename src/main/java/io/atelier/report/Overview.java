package io.atelier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The parts of the first page that are about the whole run: facts, funnel, stages. */
final class Overview {
  private static final int SHORT_HASH = 12;

  private Overview() {}

  /** Title, time and what everything was made with. */
  static Html head(RunReport run) {
    return Html.of(
        """
        <header>
        <p class="brand">Atelier</p>
        <h1>{}</h1>
        <p class="when"><time datetime="{}">{}</time></p>
        <dl class="facts">{}</dl>
        </header>
        """,
        run.title(),
        run.generatedAt(),
        Numbers.time(run.generatedAt()),
        facts(run.facts()));
  }

  private static Html facts(RunFacts facts) {
    List<Html> all = new ArrayList<>();
    if (facts.checkpoint() != null) {
      all.add(fact("Checkpoint", Html.of("{} {}", facts.checkpoint(), hash(facts))));
    }
    add(all, "Precision", facts.precision());
    add(all, "Device", facts.device());
    add(all, "Version", facts.codeVersion());
    add(all, "Run", facts.runId());
    add(all, "Lake", facts.lake());
    return Html.each(all, fact -> fact);
  }

  private static Html hash(RunFacts facts) {
    String hash = facts.checkpointHash();
    if (hash == null) {
      return Html.NONE;
    }
    String shown = hash.substring(0, Math.min(SHORT_HASH, hash.length()));
    return Html.of("<code title=\"{}\">{}</code>", hash, shown);
  }

  private static void add(List<Html> all, String label, String value) {
    if (value != null) {
      all.add(fact(label, Html.of("{}", value)));
    }
  }

  static Html fact(String label, Html value) {
    return Html.of("<div><dt>{}</dt><dd>{}</dd></div>\n", label, value);
  }

  /** From the photos that came in to the pictures that were made. */
  static Html funnel(Counts c) {
    List<Html> steps =
        List.of(
            step("Photos in", c.photos(), c.photos(), Numbers.count(c.subjects(), "subject")),
            step("Accepted", c.accepted(), c.photos(), share(c.accepted(), c.photos(), "photo")),
            step(
                "Captioned",
                c.captioned(),
                c.accepted(),
                share(c.captioned(), c.accepted(), "accepted photo")),
            step("Trained", c.trained(), c.subjects(), share(c.trained(), c.subjects(), "subject")),
            step(
                "Rendered",
                c.rendered(),
                c.pictures(),
                share(c.rendered(), c.pictures(), "picture")));
    return Html.of(
        "<ol class=\"funnel\" aria-label=\"From photos to pictures\">{}</ol>\n",
        Html.each(steps, step -> step));
  }

  private static String share(long part, long total, String noun) {
    return total == 0 ? "nothing to do" : "of " + Numbers.count(total, noun);
  }

  private static Html step(String label, long part, long total, String note) {
    int percent = Numbers.percent(part, total);
    return Html.of(
        """
        <li><span class="label">{}</span><strong>{}</strong><span class="note">{}</span>\
        <span class="bar" aria-hidden="true"><i style="width:{}%"></i></span></li>
        """,
        label, Numbers.count(part), note, percent);
  }

  /** Every stage with its rows and its time. */
  static Html stages(List<StageSummary> stages) {
    if (stages.isEmpty()) {
      return Html.NONE;
    }
    double seconds = stages.stream().mapToDouble(StageSummary::seconds).sum();
    return Html.of(
        """
        <section id="stages"><h2>Stages</h2><div class="scroll"><table class="stages">
        <thead><tr><th>Stage</th><th>Status</th><th class="n">Rows in</th>\
        <th class="n">Rows out</th><th class="n">Time</th></tr></thead>
        <tbody>{}</tbody>
        <tfoot><tr><th colspan="4">Together</th><td class="n">{}</td></tr></tfoot>
        </table></div></section>
        """,
        Html.each(stages, Overview::stage),
        Numbers.duration(seconds));
  }

  private static Html stage(StageSummary s) {
    String mark = s.status().equals("DONE") ? "good" : s.status().equals("FAILED") ? "bad" : "warn";
    return Html.of(
        """
        <tr><td>{}</td><td><span class="badge {}">{}</span></td><td class="n">{}</td>\
        <td class="n">{}</td><td class="n">{}</td></tr>
        """,
        s.stage(),
        mark,
        s.status().toLowerCase(Locale.ROOT),
        Numbers.count(s.rowsIn()),
        Numbers.count(s.rowsOut()),
        Numbers.duration(s.seconds()));
  }
}
