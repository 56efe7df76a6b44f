package io.atelier.caption.seq2seq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Beam search as transformers 4.57 defines it ({@code GenerationMixin._beam_search}), scores in
 * float32 as there: the best continuations of all open beams are drawn, those among the best that
 * end are kept by their score over length, the best that do not end stay open.
 */
final class BeamSearch {
  private static final float NEVER = -1e9f;

  /**
   * A sequence on the way.
   *
   * @param score sum of log probabilities
   * @param parent the beam it goes on from
   * @param ends whether it is over
   */
  private record Open(int[] ids, float score, int parent, boolean ends) {}

  private record Finished(int[] ids, float score, boolean real) {}

  private final GenerationConfig config;
  private final NextTokens decoder;
  private final TokenRules rules;
  private final int beams;
  private List<Open> open = new ArrayList<>();
  private List<Finished> finished = new ArrayList<>();
  private boolean canImprove = true;

  private BeamSearch(GenerationConfig config, NextTokens decoder) {
    this.config = config;
    this.decoder = decoder;
    this.rules = new TokenRules(config);
    this.beams = config.beams();
    int[] start = {config.startToken()};
    for (int beam = 0; beam < beams; beam++) {
      // All start alike: only the first may be continued, lest all be the same.
      open.add(new Open(start, beam == 0 ? 0 : NEVER, beam, false));
      finished.add(new Finished(start, NEVER, false));
    }
  }

  static Generated run(GenerationConfig config, NextTokens decoder) {
    BeamSearch search = new BeamSearch(config, decoder);
    int length = 1;
    boolean goesOn = true;
    while (goesOn) {
      List<Open> best = search.continuations();
      search.keepOpen(best);
      search.keepFinished(best, length);
      length++;
      search.judge(length);
      goesOn =
          search.canImprove && !search.isFull() && best.stream().anyMatch(beam -> !beam.ends());
    }
    Finished first = search.finished.get(0);
    int last = first.ids()[first.ids().length - 1];
    return new Generated(first.ids(), first.score(), config.endTokens().contains(last));
  }

  /** Enough ends, and told to stop there. */
  private boolean isFull() {
    return config.earlyStopping() == GenerationConfig.EarlyStopping.AT_ONCE
        && finished.stream().allMatch(Finished::real);
  }

  /** The best continuations of all open beams, best first: so many that enough do not end. */
  private List<Open> continuations() {
    float[][] logits =
        decoder.after(
            open.stream().mapToInt(beam -> beam.ids()[beam.ids().length - 1]).toArray(),
            open.stream().mapToInt(Open::parent).toArray());
    int kept = Math.max(2, 1 + config.endTokens().size()) * beams;
    PriorityQueue<Candidate> best = new PriorityQueue<>(Candidate.WORST_FIRST);
    for (int beam = 0; beam < beams; beam++) {
      float[] scores = TokenRules.logSoftmax(logits[beam]);
      rules.apply(open.get(beam).ids(), scores);
      for (int token = 0; token < scores.length; token++) {
        float score = scores[token] + open.get(beam).score();
        if (best.size() < kept) {
          best.add(new Candidate(beam, token, score));
        } else if (score > best.peek().score()) {
          best.poll();
          best.add(new Candidate(beam, token, score));
        }
      }
    }
    return best.stream().sorted(Candidate.WORST_FIRST.reversed()).map(this::continued).toList();
  }

  private record Candidate(int beam, int token, float score) {
    static final Comparator<Candidate> WORST_FIRST =
        Comparator.comparingDouble(Candidate::score)
            .thenComparing(Candidate::beam, Comparator.reverseOrder())
            .thenComparing(Candidate::token, Comparator.reverseOrder());
  }

  private Open continued(Candidate candidate) {
    int[] before = open.get(candidate.beam()).ids();
    int[] ids = Arrays.copyOf(before, before.length + 1);
    ids[before.length] = candidate.token();
    boolean ends =
        config.endTokens().contains(candidate.token()) || ids.length >= config.maxLength();
    return new Open(ids, candidate.score(), candidate.beam(), ends);
  }

  private void keepOpen(List<Open> best) {
    open =
        best.stream()
            .map(
                beam ->
                    beam.ends()
                        ? new Open(beam.ids(), beam.score() + NEVER, beam.parent(), true)
                        : beam)
            .sorted(Comparator.comparingDouble(Open::score).reversed())
            .limit(beams)
            .toList();
  }

  /** Only the best of the continuations may end; the others are there to go on. */
  private void keepFinished(List<Open> best, int length) {
    boolean full = isFull();
    List<Finished> all = new ArrayList<>(finished);
    for (int rank = 0; rank < best.size(); rank++) {
      Open beam = best.get(rank);
      float score = beam.score() / (float) Math.pow(length, config.lengthPenalty());
      boolean counts = beam.ends() && rank < beams;
      score += full ? NEVER : 0;
      score += canImprove ? 0 : NEVER;
      score += counts ? 0 : NEVER;
      all.add(new Finished(beam.ids(), score, counts));
    }
    finished =
        all.stream()
            .sorted(Comparator.comparingDouble(Finished::score).reversed())
            .limit(beams)
            .toList();
  }

  /** Whether an open beam may still become better than the worst of the finished ones. */
  private void judge(int length) {
    boolean proven =
        config.earlyStopping() == GenerationConfig.EarlyStopping.WHEN_PROVEN
            && config.lengthPenalty() > 0;
    int hypothetical = (proven ? config.maxLength() : length) - 1;
    float bestOpen = open.get(0).score() / (float) Math.pow(hypothetical, config.lengthPenalty());
    float worst = (float) finished.stream().mapToDouble(Finished::score).min().orElseThrow();
    canImprove &= finished.stream().anyMatch(end -> bestOpen > (end.real() ? worst : NEVER));
  }
}
