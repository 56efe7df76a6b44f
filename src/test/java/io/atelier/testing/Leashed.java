package io.atelier.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class and ends at once when its standard input closes: a process that a test
 * started dies with the test's JVM, however that ends.
 */
public final class Leashed {
  private Leashed() {}

  /** The name of the main class, then its arguments. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread leash = new Thread(Leashed::haltAtEndOfInput, "leash");
    leash.setDaemon(true);
    leash.start();
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException failure) {
      failure.getCause().printStackTrace();
      System.exit(1);
    }
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(3);
    }
  }
}
