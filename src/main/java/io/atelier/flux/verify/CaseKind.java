package io.atelier.flux.verify;

/** How the cases of one kind are replayed. */
public interface CaseKind {

  /** The value of {@code kind} in the metadata of such cases. */
  String name();

  /** Largest error relative to a tensor's largest recorded value that passes, in float32. */
  double tolerance();

  /**
   * Computes what the case recorded and hands every result to {@code golden}, which compares. Every
   * tensor and argument of the case has to be asked for: what is left over fails the case.
   */
  void replay(GoldenCase golden, Models models);

  /** A kind of that name, whose results may be off by one part in ten thousand. */
  static CaseKind of(String name, Replay replay) {
    return of(name, 1e-4, replay);
  }

  /** A kind of that name. */
  static CaseKind of(String name, double tolerance, Replay replay) {
    return new CaseKind() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double tolerance() {
        return tolerance;
      }

      @Override
      public void replay(GoldenCase golden, Models models) {
        replay.replay(golden, models);
      }
    };
  }

  /** The work of a kind. */
  @FunctionalInterface
  interface Replay {
    /** See {@link CaseKind#replay}. */
    void replay(GoldenCase golden, Models models);
  }
}
