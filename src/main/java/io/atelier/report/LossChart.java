package io.atelier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The loss of a training as an SVG line chart: every step as a faint point, their moving average as
 * a line. Colours come from the page's CSS variables and have a fallback, so the chart also stands
 * alone.
 */
public final class LossChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 230;
  private static final int LEFT = 46;
  private static final int RIGHT = 14;
  private static final int TOP = 30;
  private static final int BOTTOM = 38;
  private static final int MOST_POINTS = 600;

  private static final String INK = "var(--muted,#6b7280)";
  private static final String GRID = "var(--line,#e5e7eb)";
  private static final String LINE = "var(--accent,#3b5bdb)";
  private static final String GROUND = "var(--card,#ffffff)";

  private final List<Double> losses;
  private final double[] smooth;
  private final Ticks x;
  private final Ticks y;

  private LossChart(List<Double> losses) {
    this.losses = losses;
    this.smooth = smooth(losses, window(losses.size()));
    double low = finite(losses).min().orElse(0);
    double high = finite(losses).max().orElse(1);
    boolean fromZero = low > 0 && low < high / 2;
    this.x = Ticks.whole(1, Math.max(2, losses.size()), 6);
    this.y = Ticks.around(fromZero ? 0 : low, high, 4);
  }

  /**
   * The chart as an {@code svg} element.
   *
   * @param losses loss of every step from the first; values that are not finite leave a gap
   * @param title what it shows, for people who cannot see it
   */
  public static String svg(List<Double> losses, String title) {
    return new LossChart(losses).draw(title).text();
  }

  private Html draw(String title) {
    return Html.of(
        """
        <svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" \
        aria-label="{}" font-family="system-ui,sans-serif" font-size="11">
        <title>{}</title>
        {}{}{}{}{}
        </svg>""",
        WIDTH,
        HEIGHT,
        title,
        title,
        grid(),
        legend(),
        points(),
        line(),
        ends());
  }

  private Html grid() {
    Html rows =
        Html.each(
            y.values(),
            v ->
                Html.of(
                    """
                    <line x1="{}" x2="{}" y1="{}" y2="{}" style="stroke:{}"/>\
                    <text x="{}" y="{}" text-anchor="end" style="fill:{}">{}</text>
                    """,
                    LEFT,
                    WIDTH - RIGHT,
                    px(top(v)),
                    px(top(v)),
                    GRID,
                    LEFT - 7,
                    px(top(v) + 4),
                    INK,
                    y.label(v)));
    Html columns =
        Html.each(
            x.values(),
            v ->
                Html.of(
                    """
                    <line x1="{}" x2="{}" y1="{}" y2="{}" style="stroke:{}"/>\
                    <text x="{}" y="{}" text-anchor="middle" style="fill:{}">{}</text>
                    """,
                    px(left(v)),
                    px(left(v)),
                    HEIGHT - BOTTOM,
                    HEIGHT - BOTTOM + 4,
                    GRID,
                    px(left(v)),
                    HEIGHT - BOTTOM + 17,
                    INK,
                    x.label(v)));
    return new Html(rows.text() + columns.text());
  }

  private Html legend() {
    return Html.of(
        """
        <text x="8" y="14" style="fill:{}">loss</text>\
        <text x="{}" y="{}" text-anchor="end" style="fill:{}">step</text>\
        <text x="{}" y="14" text-anchor="end" style="fill:{}">\
        <tspan style="fill:{};opacity:.5">●</tspan> each step\
        <tspan dx="14" style="fill:{}">━</tspan> average over {}</text>
        """,
        INK,
        WIDTH - RIGHT,
        HEIGHT - 5,
        INK,
        WIDTH - RIGHT,
        INK,
        LINE,
        LINE,
        Numbers.count(window(losses.size()), "step"));
  }

  /** One path for all points: a line of no length with round ends is a dot. */
  private Html points() {
    StringBuilder path = new StringBuilder();
    drawn().filter(i -> Double.isFinite(losses.get(i))).forEach(i -> path.append(at(i)));
    return Html.of(
        """
        <path d="{}" fill="none" stroke-width="3" stroke-linecap="round" \
        style="stroke:{};opacity:.28"/>
        """,
        path.toString().replace(";", "h0"),
        LINE);
  }

  private String at(int i) {
    return "M" + px(left(i + 1.0)) + " " + px(top(losses.get(i))) + ";";
  }

  private Html line() {
    StringBuilder path = new StringBuilder();
    drawn()
        .filter(i -> Double.isFinite(smooth[i]))
        .forEach(
            i ->
                path.append(path.length() == 0 ? 'M' : 'L')
                    .append(px(left(i + 1.0)))
                    .append(' ')
                    .append(px(top(smooth[i]))));
    return Html.of(
        """
        <path d="{}" fill="none" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" \
        style="stroke:{}"/>
        """,
        path,
        LINE);
  }

  private Html ends() {
    List<Integer> finite = new ArrayList<>();
    IntStream.range(0, losses.size())
        .filter(i -> Double.isFinite(losses.get(i)))
        .forEach(finite::add);
    if (finite.isEmpty()) {
      return Html.NONE;
    }
    int first = finite.get(0);
    int last = finite.get(finite.size() - 1);
    return first == last
        ? end(first, "", "start")
        : new Html(end(first, "first ", "start").text() + end(last, "last ", "end").text());
  }

  private Html end(int i, String word, String anchor) {
    double x = left(i + 1.0);
    double y = top(losses.get(i));
    return Html.of(
        """
        <circle cx="{}" cy="{}" r="3.5" stroke-width="2" style="fill:{};stroke:{}"/>\
        <text x="{}" y="{}" text-anchor="{}" font-weight="600" stroke-width="4" \
        paint-order="stroke" stroke-linejoin="round" \
        style="fill:var(--ink,#111827);stroke:{}">{}{}</text>
        """,
        px(x),
        px(y),
        GROUND,
        LINE,
        px(anchor.equals("start") ? x + 9 : x),
        px(anchor.equals("start") ? y + 4 : y - 10),
        anchor,
        GROUND,
        word,
        Numbers.show(losses.get(i)));
  }

  private double left(double step) {
    return LEFT + x.share(step) * (WIDTH - LEFT - RIGHT);
  }

  private double top(double loss) {
    return HEIGHT - BOTTOM - y.share(loss) * (HEIGHT - TOP - BOTTOM);
  }

  /** The steps that are drawn: all of them, or evenly chosen ones with the last. */
  private IntStream drawn() {
    int n = losses.size();
    int count = Math.min(n, MOST_POINTS);
    return IntStream.range(0, count)
        .map(k -> count == 1 ? 0 : (int) Math.round((double) k * (n - 1) / (count - 1)));
  }

  private static String px(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static DoubleStream finite(List<Double> losses) {
    return losses.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite);
  }

  /** A twentieth of the training. */
  private static int window(int steps) {
    return Math.max(1, steps / 20);
  }

  /** Exponential moving average without the pull towards zero at the start. */
  private static double[] smooth(List<Double> losses, int window) {
    double keep = 1 - 2.0 / (window + 1);
    double[] out = new double[losses.size()];
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < out.length; i++) {
      double loss = losses.get(i);
      if (Double.isFinite(loss)) {
        sum = keep * sum + (1 - keep) * loss;
        weight = keep * weight + (1 - keep);
      }
      out[i] = weight > 0 ? sum / weight : Double.NaN;
    }
    return out;
  }
}
