package io.atelier.worker;

/**
 * What a task has made of a person: a file in the lake, or the reason why there is none.
 *
 * @param <R> the result itself
 */
public interface PersonalFile<R extends PersonalFile<R>> {
  /** The file, relative to the lake's root; null if there is none. */
  String uri();

  /** The same result without its file, which must not be kept. */
  R without(String why);
}
