package io.atelier.source;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of a tar as it streams by, one in memory at a time; nothing is written to disk. Where
 * the tar is damaged or ends too early, the last member is the failure to read on; all before it
 * are good.
 */
public final class TarMembers implements Iterator<Member> {
  private static final int BLOCK = 512;

  private final Tail bytes;
  private final TarArchiveInputStream tar;
  private final long maxBytes;
  private Member next;
  private boolean ended;
  private String last = "its start";

  /**
   * Reads a tar; the caller closes the stream.
   *
   * @param maxBytes larger members are skipped over, and fail when they are read
   */
  public TarMembers(InputStream stream, long maxBytes) {
    this.bytes = new Tail(stream);
    this.tar = new TarArchiveInputStream(bytes);
    this.maxBytes = maxBytes;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public Member next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Member member = next;
    next = null;
    return member;
  }

  private Member advance() {
    TarArchiveEntry entry;
    try {
      entry = (TarArchiveEntry) tar.getNextEntry();
    } catch (IOException | IllegalArgumentException damaged) {
      return broken("(after " + last + ")", damaged.getMessage());
    }
    if (entry == null) {
      ended = true;
      // Every tar ends with blocks of zeros; without them something is missing.
      return bytes.zeros < BLOCK ? broken("(after " + last + ")", "the end is missing") : null;
    }
    String path = entry.getName().replaceFirst("^(\\./)+", "");
    last = path;
    return entry.isFile() && !Member.isLitter(path) ? read(path, entry.getSize()) : null;
  }

  private Member read(String path, long size) {
    if (size > maxBytes) {
      return failed(
          path,
          "The file has %d bytes; intake.max_bytes allows %d. Raise it to take the file in."
              .formatted(size, maxBytes));
    }
    try {
      byte[] content = tar.readNBytes((int) size);
      if (content.length < size) {
        return broken(path, "only %d of %d bytes are there".formatted(content.length, size));
      }
      return new Member(path, () -> content);
    } catch (IOException truncated) {
      return broken(path, truncated.getMessage());
    }
  }

  private Member broken(String path, String why) {
    ended = true;
    return failed(
        path, "The tar cannot be read on from here: " + why + ". Fetch it again from its origin.");
  }

  private static Member failed(String path, String message) {
    return new Member(
        path,
        () -> {
          throw new AtelierException(ErrorCode.BAD_INPUT, message);
        });
  }

  /** Counts the zeros that a stream has ended with so far. */
  private static final class Tail extends FilterInputStream {
    private long zeros;

    Tail(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      if (value >= 0) {
        zeros = value == 0 ? zeros + 1 : 0;
      }
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      int i = count;
      while (i > 0 && buffer[offset + i - 1] == 0) {
        i--;
      }
      if (count > 0) {
        zeros = i == 0 ? zeros + count : count - i;
      }
      return count;
    }

    @Override
    public long skip(long length) throws IOException {
      // Through read, so that nothing is skipped uncounted.
      byte[] buffer = new byte[(int) Math.min(1 << 16, length)];
      return buffer.length == 0 ? 0 : Math.max(0, read(buffer, 0, buffer.length));
    }
  }
}
