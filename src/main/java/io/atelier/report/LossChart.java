package io.atelier.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The loss of a training as an SVG line chart: its points faint, the moving average over all steps
 * as a line. Colours come from the page's CSS variables and have a fallback, so the chart also
 * stands alone.
 */
public final class LossChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 230;
  private static final int LEFT = 46;
  private static final int RIGHT = 14;
  private static final int TOP = 30;
  private static final int BOTTOM = 38;

  private static final String INK = "var(--muted,#6b7280)";
  private static final String GRID = "var(--line,#e5e7eb)";
  private static final String LINE = "var(--accent,#3b5bdb)";
  private static final String GROUND = "var(--card,#ffffff)";

  private final List<LossPoint> curve;
  private final int steps;
  private final double[] smooth;
  private final Ticks x;
  private final Ticks y;

  private LossChart(List<LossPoint> curve) {
    this.curve = curve;
    this.steps = curve.isEmpty() ? 0 : curve.get(curve.size() - 1).step();
    this.smooth = smooth(curve, window(steps));
    double low = finite(curve).min().orElse(0);
    double high = finite(curve).max().orElse(1);
    boolean fromZero = low > 0 && low < high / 2;
    this.x = Ticks.whole(1, Math.max(2, steps), 6);
    this.y = Ticks.around(fromZero ? 0 : low, high, 4);
  }

  /**
   * The chart as an {@code svg} element.
   *
   * @param curve rising steps, the first and the last of the training among them; values that are
   *     not finite leave a gap
   * @param title what it shows, for people who cannot see it
   */
  public static String svg(List<LossPoint> curve, String title) {
    return new LossChart(curve).draw(title).text();
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
        Numbers.count(window(steps), "step"));
  }

  /** One path for all points: a line of no length with round ends is a dot. */
  private Html points() {
    StringBuilder path = new StringBuilder();
    curve.stream().filter(LossChart::drawn).forEach(point -> path.append(at(point)));
    return Html.of(
        """
        <path d="{}" fill="none" stroke-width="3" stroke-linecap="round" \
        style="stroke:{};opacity:.28"/>
        """,
        path.toString().replace(";", "h0"),
        LINE);
  }

  private String at(LossPoint point) {
    return "M" + px(left(point.step())) + " " + px(top(point.loss())) + ";";
  }

  private Html line() {
    StringBuilder path = new StringBuilder();
    IntStream.range(0, smooth.length)
        .filter(i -> Double.isFinite(smooth[i]))
        .forEach(
            i ->
                path.append(path.length() == 0 ? 'M' : 'L')
                    .append(px(left(curve.get(i).step())))
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
    List<LossPoint> drawn = curve.stream().filter(LossChart::drawn).toList();
    if (drawn.isEmpty()) {
      return Html.NONE;
    }
    LossPoint first = drawn.get(0);
    LossPoint last = drawn.get(drawn.size() - 1);
    return first == last
        ? end(first, "", "start")
        : new Html(end(first, "first ", "start").text() + end(last, "last ", "end").text());
  }

  private Html end(LossPoint point, String word, String anchor) {
    double x = left(point.step());
    double y = top(point.loss());
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
        Numbers.show(point.loss()));
  }

  private double left(double step) {
    return LEFT + x.share(step) * (WIDTH - LEFT - RIGHT);
  }

  private double top(double loss) {
    return HEIGHT - BOTTOM - y.share(loss) * (HEIGHT - TOP - BOTTOM);
  }

  private static String px(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static boolean drawn(LossPoint point) {
    return Double.isFinite(point.loss());
  }

  private static DoubleStream finite(List<LossPoint> curve) {
    return curve.stream()
        .flatMapToDouble(point -> DoubleStream.of(point.loss(), point.mean()))
        .filter(Double::isFinite);
  }

  /** A twentieth of the training. */
  private static int window(int steps) {
    return Math.max(1, steps / 20);
  }

  /**
   * Exponential moving average over all steps without the pull towards zero at the start; a point
   * weighs as much as the steps that it stands for.
   */
  private static double[] smooth(List<LossPoint> curve, int window) {
    double keep = 1 - 2.0 / (window + 1);
    double[] out = new double[curve.size()];
    double sum = 0;
    double weight = 0;
    int before = 0;
    for (int i = 0; i < out.length; i++) {
      LossPoint point = curve.get(i);
      if (Double.isFinite(point.mean())) {
        double kept = Math.pow(keep, point.step() - before);
        sum = kept * sum + (1 - kept) * point.mean();
        weight = kept * weight + (1 - kept);
      }
      before = point.step();
      out[i] = weight > 0 ? sum / weight : Double.NaN;
    }
    return out;
  }
}
