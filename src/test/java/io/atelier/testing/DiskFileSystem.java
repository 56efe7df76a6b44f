package io.atelier.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code disk}, so that it is not recognised as local. */
public final class DiskFileSystem extends RawLocalFileSystem {

  /** Hadoop's settings with this scheme. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.disk.impl", DiskFileSystem.class, FileSystem.class);
    return configuration;
  }

  /** A path below a folder of this machine, as if it were remote. */
  public static URI uri(Path folder, String name) {
    return URI.create("disk://" + folder.toUri().getRawPath() + name);
  }

  @Override
  public URI getUri() {
    return URI.create("disk:///");
  }

  @Override
  public String getScheme() {
    return "disk";
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    // The local status asks for permissions by a file: URI; a remote one just has them.
    return Arrays.stream(super.listStatus(path))
        .map(
            s ->
                new FileStatus(
                    s.getLen(), s.isDirectory(), 1, 1, s.getModificationTime(), s.getPath()))
        .toArray(FileStatus[]::new);
  }
}
