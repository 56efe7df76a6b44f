package io.atelier.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a checkpoint.
 *
 * @param checkpoint its folder
 * @param recipe how the adapters were trained
 * @param prompts how well pictures of held-out prompts show what they say
 * @param people what adapters of unseen people came to
 */
public record Evaluation(
    String checkpoint, String recipe, List<Followed> prompts, List<PersonResult> people) {

  /** Mean of a figure over all people; not a number without people. */
  public double mean(ToDoubleFunction<PersonResult> figure) {
    return people.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** The figures as text for people. */
  public String table() {
    StringBuilder text = new StringBuilder("Evaluation of " + checkpoint + "\n");
    line(text, "\n%-28s %8s %8s %8s", "the prompt is followed in", "right", "chance", "asked");
    for (Followed one : prompts) {
      line(
          text,
          "%-28s %8s %8s %8d",
          "  " + one.question(),
          percent(one.right()),
          percent(one.chance()),
          one.asked());
    }
    if (!people.isEmpty()) {
      people(text);
    }
    return text.toString();
  }

  private void people(StringBuilder text) {
    line(text, "\n%d adapters of unseen people: %s", people.size(), recipe);
    line(text, "%-28s %8s %8s %8s", "", "adapter", "word", "neither");
    line(
        text,
        "%-28s %8s %8s %8s",
        "  recognised among 51",
        percent(mean(PersonResult::rank1)),
        percent(mean(PersonResult::baseRank1)),
        percent(mean(PersonResult::unnamedRank1)));
    line(
        text,
        "%-28s %8.3f %8.3f %8.3f",
        "  likeness",
        mean(PersonResult::likeness),
        mean(PersonResult::baseLikeness),
        mean(PersonResult::unnamedLikeness));
    line(
        text,
        "%-28s %8s %8s",
        "  prompt followed",
        percent(mean(PersonResult::followed)),
        percent(mean(PersonResult::baseFollowed)));
    line(text, "%-28s %8.0f s", "  training", mean(PersonResult::trainSeconds));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
