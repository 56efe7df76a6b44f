package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in {@code java.io.tmpdir} where the tasks of this JVM keep files for as long as they
 * need them: latents of people's photos, adapters, prompts. Only its user can read it. The JVM
 * holds a lock on it, so that others can tell what one that is gone left behind and delete it. It
 * does not tidy up when it ends: a task that still ran then would fail for want of its files, and
 * one that wrote more would leave them without the lock by which they are found.
 */
final class Scratch {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String PREFIX = "atelier-scratch-";
  private static final String LOCK = "lock";

  private static Held mine;

  private Scratch() {}

  private record Held(Path folder, FileChannel lock) {}

  /** A path for a folder that does not exist yet; whoever makes it deletes it. */
  static Path unused() {
    return mine().folder.resolve(UUID.randomUUID().toString());
  }

  /** Deletes what JVMs that are gone have left on this machine. */
  static void sweep() {
    Path own = mine().folder;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary(), PREFIX + "*")) {
      for (Path folder : folders) {
        // A JVM that closes any channel of a file gives its lock on it up, so never open the own.
        if (!folder.equals(own)) {
          deleteIfLeft(folder);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot look for files that killed tasks left in {}", temporary(), e);
    }
  }

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException e) {
      LOG.warn("cannot delete {}; it is deleted once this JVM is gone", folder, e);
    }
  }

  static AtelierException failed(IOException cause) {
    return new AtelierException(
        ErrorCode.STORE_UNAVAILABLE,
        "A file on its way to or from the lake failed: "
            + cause.getMessage()
            + "; look at the space left in java.io.tmpdir of the executors, and try again",
        cause);
  }

  private static synchronized Held mine() {
    // Something that tidies the machine up may have taken it.
    if (mine == null || !mine.lock.isOpen() || !Files.exists(mine.folder.resolve(LOCK))) {
      try {
        mine = open();
      } catch (IOException e) {
        throw failed(e);
      }
    }
    return mine;
  }

  /** The lock has its name only once it is held: a folder without one is being made. */
  private static Held open() throws IOException {
    Path folder = Files.createTempDirectory(temporary(), PREFIX);
    Path unnamed = folder.resolve("." + LOCK);
    FileChannel channel =
        FileChannel.open(unnamed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    Files.move(unnamed, folder.resolve(LOCK));
    return new Held(folder, channel);
  }

  private static void deleteIfLeft(Path folder) {
    Path file = folder.resolve(LOCK);
    if (!Files.isWritable(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        deleteContents(folder);
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
        LOG.info("deleted {}, which a killed JVM had left", folder);
      }
    } catch (IOException | OverlappingFileLockException e) {
      LOG.warn("cannot delete {}", folder, e);
    }
  }

  /** All but the lock, so that what is left if this is cut short is found again. */
  private static void deleteContents(Path folder) throws IOException {
    try (DirectoryStream<Path> contents = Files.newDirectoryStream(folder)) {
      for (Path path : contents) {
        if (!path.endsWith(LOCK)) {
          deleteTree(path);
        }
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }
}
