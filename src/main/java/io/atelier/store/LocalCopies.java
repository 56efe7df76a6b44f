package io.atelier.store;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;

/** Copies of remote files and folders on this machine, each made once and complete when visible. */
final class LocalCopies {
  private final HadoopStore store;
  private final Path cache;

  LocalCopies(HadoopStore store, Path cache) {
    this.store = store;
    this.cache = cache;
  }

  Path copy(URI uri) {
    FileStatus status = store.status(uri);
    String name = status.getPath().getName();
    List<StoredFile> files = status.isDirectory() ? store.list(uri) : List.of(single(status, name));
    Path folder = cache.resolve(fingerprint(uri, files));
    Path copy = status.isDirectory() ? folder : folder.resolve(name);
    try {
      copyOnce(files, folder);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE,
          "Cannot copy " + Locations.text(uri) + " to " + cache + ": " + e.getMessage(),
          e);
    }
    return copy;
  }

  private static StoredFile single(FileStatus status, String name) {
    return new StoredFile(
        status.getPath().toUri(),
        name,
        status.getLen(),
        Instant.ofEpochMilli(status.getModificationTime()));
  }

  private void copyOnce(List<StoredFile> files, Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Files.createDirectories(cache);
    Path lockFile = cache.resolve(folder.getFileName() + ".lock");
    // A file lock keeps other processes out, the monitor other threads of this one.
    synchronized (LocalCopies.class) {
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.isDirectory(folder)) {
          fetch(files, folder);
        }
      }
    }
  }

  private void fetch(List<StoredFile> files, Path folder) throws IOException {
    Path temporary = cache.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(temporary);
      for (StoredFile file : files) {
        Path target = temporary.resolve(file.path());
        Files.createDirectories(target.getParent());
        try (InputStream in = store.open(file.uri())) {
          Files.copy(in, target);
        }
        if (Files.size(target) != file.bytes()) {
          throw new IOException(file.path() + " changed while it was read");
        }
      }
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(temporary);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static String fingerprint(URI uri, List<StoredFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(uri.toString().getBytes(StandardCharsets.UTF_8));
      for (StoredFile file : files) {
        String line =
            "\n" + file.path() + "\t" + file.bytes() + "\t" + file.modified().toEpochMilli();
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java has SHA-256", e);
    }
  }
}
