package io.atelier.store;

import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Work for when this JVM is asked to end, as by a signal, while stores still work: Hadoop closes
 * its file systems then. Not done once this is closed, and not in a JVM that is killed.
 */
public final class AtShutdown implements AutoCloseable {
  private final Runnable work;

  /** Work to be done at shutdown. */
  public AtShutdown(Runnable work) {
    this.work = work;
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().addShutdownHook(work, FileSystem.SHUTDOWN_HOOK_PRIORITY + 1);
    }
  }

  @Override
  public void close() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(work);
    }
  }
}
