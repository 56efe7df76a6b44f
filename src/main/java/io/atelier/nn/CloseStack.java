package io.atelier.nn;

import java.util.ArrayDeque;
import java.util.Deque;

/** Things that own native memory, closed together in the reverse of the order they were added. */
public final class CloseStack implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Adds a part and returns it. */
  public <P extends AutoCloseable> P add(P part) {
    parts.push(part);
    return part;
  }

  /** Leaves all parts open for whoever took them over. */
  public void release() {
    parts.clear();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      close(parts.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("closing " + part + " failed", e);
    }
  }
}
