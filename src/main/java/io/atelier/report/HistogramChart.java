package io.atelier.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A histogram as an SVG bar chart with the thresholds of rules as lines, and their legend. */
final class HistogramChart {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 150;
  private static final int SIDE = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 22;

  private final Histogram histogram;
  private final Ticks x;

  private HistogramChart(Histogram histogram) {
    this.histogram = histogram;
    Ticks round = Ticks.around(histogram.low(), histogram.high(), 5);
    this.x = new Ticks(histogram.low(), histogram.high(), round.step());
  }

  static Html figure(Histogram histogram) {
    return new HistogramChart(histogram).draw();
  }

  private Html draw() {
    String title =
        histogram.title() + " of " + Numbers.count(histogram.photos(), "picture") + ", " + words();
    return Html.of(
        """
        <figure class="histogram"><h3>{}</h3>
        <svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="11">
        <path class="bars" d="{}"/><path class="axis" d="M{} {}H{}"/>
        {}{}</svg>
        <figcaption>{}</figcaption></figure>
        """,
        histogram.title(),
        WIDTH,
        HEIGHT,
        title,
        bars(),
        SIDE,
        HEIGHT - BOTTOM,
        WIDTH - SIDE,
        Html.each(x.values(), this::tick),
        Html.each(histogram.limits(), this::line),
        legend());
  }

  private String words() {
    return "from "
        + Numbers.show(histogram.low())
        + " to "
        + Numbers.show(histogram.high())
        + String.join("", histogram.limits().stream().map(l -> "; " + text(l)).toList());
  }

  private String bars() {
    List<Long> counts = histogram.counts();
    double most = Math.max(1, Collections.max(counts));
    double step = (WIDTH - 2.0 * SIDE) / counts.size();
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < counts.size(); i++) {
      if (counts.get(i) > 0) {
        // A single picture among a million is still seen.
        double height = Math.max(2, counts.get(i) / most * (HEIGHT - TOP - BOTTOM));
        path.append('M').append(px(SIDE + i * step + 0.5)).append(' ').append(HEIGHT - BOTTOM);
        path.append('v').append(px(-height)).append('h').append(px(step - 1));
        path.append('v').append(px(height)).append('z');
      }
    }
    return path.toString();
  }

  private Html tick(double value) {
    return Html.of(
        "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
        px(left(value)),
        HEIGHT - 6,
        x.label(value));
  }

  private Html line(Histogram.Limit limit) {
    return Html.of(
        "<path class=\"limit {}\" d=\"M{} {}V{}\"><title>{}</title></path>\n",
        limit.refuses() ? "bad" : "warn",
        px(left(limit.threshold())),
        TOP - 8,
        HEIGHT - BOTTOM,
        text(limit));
  }

  private Html legend() {
    return histogram.limits().isEmpty()
        ? new Html("<span class=\"quiet\">no rule looks at it</span>")
        : Html.each(
            histogram.limits(),
            limit ->
                Html.of(
                    "<span class=\"key {}\">{}</span>\n",
                    limit.refuses() ? "bad" : "warn",
                    text(limit)));
  }

  private static String text(Histogram.Limit limit) {
    return "%s %s %s %s"
        .formatted(
            limit.code(),
            limit.refuses() ? "refuses" : "marks",
            limit.below() ? "below" : "above",
            Numbers.show(limit.threshold()));
  }

  private double left(double value) {
    return SIDE + x.share(value) * (WIDTH - 2 * SIDE);
  }

  private static String px(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
