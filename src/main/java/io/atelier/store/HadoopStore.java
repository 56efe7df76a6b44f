package io.atelier.store;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** The {@link Store} over Hadoop's file systems: {@code file}, {@code s3a}, {@code hdfs}, ... */
public final class HadoopStore implements Store {
  private static final long serialVersionUID = 1L;
  private static final Set<String> OBJECT_STORES =
      Set.of("s3a", "s3", "s3n", "gs", "oss", "cos", "swift");

  private final SerializableConfiguration configuration;

  /** A store with Hadoop's settings, usually {@code spark.sparkContext().hadoopConfiguration()}. */
  public HadoopStore(Configuration configuration) {
    this.configuration = new SerializableConfiguration(configuration);
  }

  @Override
  public byte[] read(URI file) {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  @Override
  public InputStream open(URI file) {
    try {
      return fileSystem(file).open(Locations.hadoop(file));
    } catch (IOException e) {
      throw failed("open", file, e);
    }
  }

  @Override
  public boolean exists(URI uri) {
    try {
      return fileSystem(uri).exists(Locations.hadoop(uri));
    } catch (IOException e) {
      throw failed("look for", uri, e);
    }
  }

  @Override
  public long size(URI file) {
    return status(file).getLen();
  }

  @Override
  public List<StoredFile> list(URI folder) {
    List<StoredFile> files = new ArrayList<>();
    walk(folder, true).forEachRemaining(files::add);
    files.sort(Comparator.comparing(StoredFile::path));
    return files;
  }

  @Override
  public Iterator<StoredFile> walk(URI folder, boolean deep) {
    String root = status(folder).getPath().toUri().getPath();
    return new Walk(folder, deep, entry -> storedFile(entry, root));
  }

  @Override
  public List<URI> folders(URI folder) {
    try {
      List<URI> folders = new ArrayList<>();
      RemoteIterator<FileStatus> entries =
          fileSystem(folder).listStatusIterator(Locations.hadoop(folder));
      while (entries.hasNext()) {
        FileStatus entry = entries.next();
        if (entry.isDirectory()) {
          folders.add(entry.getPath().toUri());
        }
      }
      folders.sort(Comparator.naturalOrder());
      return folders;
    } catch (IOException e) {
      throw failed("list", folder, e);
    }
  }

  @Override
  public void publish(URI file, byte[] bytes) {
    try {
      publish(file, new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  @Override
  public void publish(URI file, Path local) {
    try (InputStream in = Files.newInputStream(local)) {
      publish(file, in);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  @Override
  public boolean delete(URI file) {
    return delete(file, false);
  }

  @Override
  public boolean deleteFolder(URI folder) {
    return delete(folder, true);
  }

  @Override
  public Path localCopy(URI uri, Path cache) {
    if (Locations.isLocal(uri)) {
      status(uri);
      return Path.of(uri.getPath());
    }
    return new LocalCopies(this, cache).copy(uri);
  }

  /** Status of a file or folder. */
  FileStatus status(URI uri) {
    try {
      return fileSystem(uri).getFileStatus(Locations.hadoop(uri));
    } catch (IOException e) {
      throw failed("look for", uri, e);
    }
  }

  private boolean delete(URI uri, boolean recursive) {
    try {
      return fileSystem(uri).delete(Locations.hadoop(uri), recursive);
    } catch (IOException e) {
      throw failed("delete", uri, e);
    }
  }

  private void publish(URI file, InputStream bytes) throws IOException {
    FileSystem fs = fileSystem(file);
    org.apache.hadoop.fs.Path target = Locations.hadoop(file);
    if (OBJECT_STORES.contains(file.getScheme())) {
      write(fs, target, bytes);
      return;
    }
    org.apache.hadoop.fs.Path temporary =
        Locations.hadoop(
            Locations.child(target.getParent().toUri(), "." + UUID.randomUUID() + ".tmp"));
    try {
      write(fs, temporary, bytes);
      rename(fs, temporary, target);
    } catch (IOException | RuntimeException e) {
      fs.delete(temporary, false);
      throw e;
    }
  }

  private static void write(FileSystem fs, org.apache.hadoop.fs.Path target, InputStream bytes)
      throws IOException {
    FSDataOutputStream out = fs.create(target, true);
    try {
      bytes.transferTo(out);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (IOException | RuntimeException e) {
      // Closing would make an object of the part that was written.
      if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
      throw e;
    }
    out.close();
  }

  private static void rename(
      FileSystem fs, org.apache.hadoop.fs.Path temporary, org.apache.hadoop.fs.Path target)
      throws IOException {
    // A local rename replaces the target in one step; HDFS does if it is told to.
    if (!fs.rename(temporary, target)) {
      replace(fs, temporary, target);
    }
  }

  private static void replace(
      FileSystem fs, org.apache.hadoop.fs.Path temporary, org.apache.hadoop.fs.Path target)
      throws IOException {
    try {
      FileContext.getFileContext(fs.getUri(), fs.getConf())
          .rename(temporary, target, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException cannotReplace) {
      if (!(fs.delete(target, false) && fs.rename(temporary, target))) {
        throw new IOException("rename of " + temporary + " refused", cannotReplace);
      }
    }
  }

  private static StoredFile storedFile(FileStatus status, String root) {
    String path = status.getPath().toUri().getPath();
    String relative = path.substring(Math.min(path.length(), root.length()));
    return new StoredFile(
        status.getPath().toUri(),
        relative.startsWith("/") ? relative.substring(1) : relative,
        status.getLen(),
        Instant.ofEpochMilli(status.getModificationTime()));
  }

  /** A listing that goes on as it is read. */
  private final class Walk implements Iterator<StoredFile> {
    private final URI folder;
    private final RemoteIterator<? extends FileStatus> entries;
    private final Function<FileStatus, StoredFile> file;
    private FileStatus next;

    Walk(URI folder, boolean deep, Function<FileStatus, StoredFile> file) {
      this.folder = folder;
      this.file = file;
      try {
        org.apache.hadoop.fs.Path path = Locations.hadoop(folder);
        FileSystem fs = fileSystem(folder);
        entries = deep ? fs.listFiles(path, true) : fs.listStatusIterator(path);
      } catch (IOException e) {
        throw failed("list", folder, e);
      }
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && entries.hasNext()) {
          FileStatus entry = entries.next();
          next = entry.isFile() ? entry : null;
        }
        return next != null;
      } catch (IOException e) {
        throw failed("list", folder, e);
      }
    }

    @Override
    public StoredFile next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      StoredFile found = file.apply(next);
      next = null;
      return found;
    }
  }

  private FileSystem fileSystem(URI uri) throws IOException {
    FileSystem fs = FileSystem.get(uri, configuration.value());
    // The checked local file system would litter every folder with .crc files.
    return fs instanceof LocalFileSystem checked ? checked.getRaw() : fs;
  }

  private static AtelierException failed(String what, URI uri, IOException cause) {
    if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return new AtelierException(
          ErrorCode.NOT_FOUND,
          "Cannot "
              + what
              + " "
              + Locations.text(uri)
              + ": "
              + cause.getMessage()
              + ". Check the path.",
          cause);
    }
    if (cause instanceof AccessDeniedException || cause instanceof UnsupportedFileSystemException) {
      return new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Cannot "
              + what
              + " "
              + Locations.text(uri)
              + ": "
              + cause.getMessage()
              + ". Check the credentials and the spark.hadoop.fs settings.",
          cause);
    }
    return new AtelierException(
        ErrorCode.STORE_UNAVAILABLE,
        "Cannot " + what + " " + Locations.text(uri) + ": " + cause.getMessage(),
        cause);
  }
}
