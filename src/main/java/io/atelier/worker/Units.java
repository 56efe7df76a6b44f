package io.atelier.worker;

import java.util.Iterator;
import java.util.function.Function;

/** Lazy iteration over a partition, so that one unit is in memory at a time. */
final class Units {
  private Units() {}

  static <U, R> Iterator<R> each(Iterator<U> units, Function<U, R> work) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return units.hasNext();
      }

      @Override
      public R next() {
        return work.apply(units.next());
      }
    };
  }
}
