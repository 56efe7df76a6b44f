package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * One safetensors file, open for reading. Opening reads and checks the header only; every defect of
 * it is a {@link ErrorCode#BAD_SAFETENSORS} that names the file and the tensor.
 *
 * <p>Tensors are read-only views of the mapped file: writing into one in place kills the process.
 * They stay valid after the file object is closed, but not if another process shortens the file.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int LENGTH_BYTES = 8;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;
  private final long largestMapping;
  private final State state;

  /** What tells one file from another that takes its place. */
  record State(Path path, FileTime modified, long size, Object inode) {
    private static State of(Path path) throws IOException {
      BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
      return new State(path.toRealPath(), is.lastModifiedTime(), is.size(), is.fileKey());
    }
  }

  private SafetensorsFile(
      Path path,
      FileChannel channel,
      SafetensorsHeader header,
      long dataStart,
      long largestMapping,
      State state) {
    this.state = state;
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
    this.largestMapping = largestMapping;
  }

  /** Opens a file and checks its header. */
  public static SafetensorsFile open(Path path) {
    return open(path, Integer.MAX_VALUE);
  }

  /** The same; tensors above {@code largestMapping} bytes are copied in pieces of that size. */
  static SafetensorsFile open(Path path, int largestMapping) {
    if (!Files.isRegularFile(path)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND, path + " is not a file; give the path of a safetensors file");
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      SafetensorsFile file = read(path, channel, largestMapping);
      channel = null;
      return file;
    } catch (IOException e) {
      throw SafetensorsHeader.bad(path, "it cannot be read: " + e.getMessage(), e);
    } finally {
      closeQuietly(channel);
    }
  }

  private static SafetensorsFile read(Path path, FileChannel channel, int largestMapping)
      throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw SafetensorsHeader.bad(path, "it has " + size + " bytes, fewer than 8", null);
    }
    long length = readFully(path, channel, 0, LENGTH_BYTES).getLong();
    if (length < 0 || length > size - LENGTH_BYTES) {
      throw SafetensorsHeader.bad(
          path,
          "it claims a header of "
              + Long.toUnsignedString(length)
              + " bytes, but has "
              + size
              + " bytes in all",
          null);
    }
    if (length > SafetensorsHeader.MAX_LENGTH) {
      throw SafetensorsHeader.bad(
          path,
          "its header of " + length + " bytes is above the format's limit of 100000000",
          null);
    }
    byte[] bytes = readFully(path, channel, LENGTH_BYTES, (int) length).array();
    long dataStart = LENGTH_BYTES + length;
    SafetensorsHeader header = SafetensorsHeader.parse(path, bytes, size - dataStart);
    return new SafetensorsFile(path, channel, header, dataStart, largestMapping, State.of(path));
  }

  private static ByteBuffer readFully(Path path, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw SafetensorsHeader.bad(path, "it ended while it was being read", null);
      }
    }
    return buffer.flip();
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // The error that led here says more.
      }
    }
  }

  /** The file's path as it was given. */
  public Path path() {
    return path;
  }

  /** Which file it was when it was opened. */
  State state() {
    return state;
  }

  /** Names of the tensors, sorted. */
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(header.tensors().keySet()));
  }

  /** True if the file has a tensor of this name. */
  public boolean has(String name) {
    return header.tensors().containsKey(name);
  }

  /** The metadata of the header, sorted by key; empty if there is none. */
  public SortedMap<String, String> metadata() {
    return Collections.unmodifiableSortedMap(header.metadata());
  }

  /** Type, shape and place of a tensor. */
  public TensorInfo info(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new AtelierException(
          ErrorCode.BAD_SAFETENSORS,
          path
              + " has no tensor '"
              + name
              + "'; it has "
              + header.tensors().size()
              + " others: check that it is the right file");
    }
    return info;
  }

  /**
   * A tensor on the CPU in the file's type. It is a read-only view of the file, without a copy,
   * unless it is empty, above 2 GiB, or not aligned to its element size in the file; then it is a
   * copy. The handle belongs to the caller's {@code PointerScope}.
   */
  public Tensor tensor(String name) {
    TensorInfo info = info(name);
    Torch.loadNatives();
    try {
      if (info.bytes() == 0) {
        return Torch.empty(info.dtype().scalarType(), info.sizes());
      }
      return info.bytes() <= largestMapping
          ? MappedTensors.map(channel, info, dataStart)
          : MappedTensors.copy(channel, info, dataStart, (int) largestMapping);
    } catch (IOException e) {
      throw SafetensorsHeader.bad(
          path, "tensor '" + name + "' cannot be mapped: " + e.getMessage(), e);
    }
  }

  /** Closes the file; tensors that were handed out stay valid. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
