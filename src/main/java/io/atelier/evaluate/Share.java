package io.atelier.evaluate;

/** Counts how often something is so. */
final class Share {
  private int yes;
  private int all;

  void add(boolean is) {
    all++;
    yes += is ? 1 : 0;
  }

  /** How often something was asked. */
  int count() {
    return all;
  }

  /** 0 to 1; not a number if nothing was asked. */
  double value() {
    return (double) yes / all;
  }
}
