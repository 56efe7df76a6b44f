package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.source.Incoming;
import io.atelier.source.Member;
import io.atelier.source.Samples;
import io.atelier.source.TarMembers;
import io.atelier.store.Locations;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;

/** Takes in the images of tars as they stream by, {@code .tar} or compressed with gzip. */
public final class RegisterTars implements FlatMapFunction<Iterator<ListedFile>, RegisteredPhoto> {
  private static final long serialVersionUID = 1L;
  private static final List<String> NAMES = List.of(".tar", ".tar.gz", ".tgz");
  private static final int BUFFER = 1 << 20;

  private final String datasetId;
  private final int concurrency;
  private final long maxBytes;
  private final TaskSettings task;

  /**
   * Into one dataset.
   *
   * @param concurrency images copied at once
   * @param maxBytes larger members get a row with the reason
   */
  public RegisterTars(String datasetId, int concurrency, long maxBytes, TaskSettings task) {
    this.datasetId = datasetId;
    this.concurrency = concurrency;
    this.maxBytes = maxBytes;
    this.task = task;
  }

  /** Whether a file's name is a tar's. */
  public static boolean isTar(ListedFile file) {
    String name = file.uri().toLowerCase(Locale.ROOT);
    return NAMES.stream().anyMatch(name::endsWith);
  }

  @Override
  public Iterator<RegisteredPhoto> call(Iterator<ListedFile> tars) {
    Registrar registrar = Registrar.ofDataset(task, datasetId);
    Images images = new Images(tars);
    if (TaskContext.get() != null) {
      TaskCompletionListener close = finished -> images.close();
      TaskContext.get().addTaskCompletionListener(close);
    }
    return InParallel.stream(images, concurrency, image -> registrar.register(datasetId, image));
  }

  /** The images of one tar after the other, one tar open at a time. */
  private final class Images implements Iterator<Incoming> {
    private final Iterator<ListedFile> tars;
    private Iterator<Incoming> images = Collections.emptyIterator();
    private InputStream open;

    Images(Iterator<ListedFile> tars) {
      this.tars = tars;
    }

    @Override
    public boolean hasNext() {
      while (!images.hasNext()) {
        close();
        if (!tars.hasNext()) {
          return false;
        }
        images = open(tars.next());
      }
      return true;
    }

    @Override
    public Incoming next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return images.next();
    }

    private Iterator<Incoming> open(ListedFile tar) {
      Instant modified = Instant.ofEpochMilli(tar.modified());
      try {
        open = stream(tar);
        return new Samples(
            new TarMembers(open, maxBytes),
            Member::sampleOfTar,
            (member, texts) ->
                new Incoming(
                    tar.uri(),
                    member.path(),
                    texts.caption(),
                    texts.label(),
                    modified,
                    member.content()));
      } catch (AtelierException unreadable) {
        Incoming.Content failure =
            () -> {
              throw unreadable;
            };
        return List.of(new Incoming(tar.uri(), null, null, null, modified, failure)).iterator();
      }
    }

    private InputStream stream(ListedFile tar) {
      InputStream file =
          new BufferedInputStream(task.store().open(Locations.parse(tar.uri())), BUFFER);
      try {
        return tar.uri().toLowerCase(Locale.ROOT).endsWith("gz")
            ? new GZIPInputStream(file, BUFFER)
            : file;
      } catch (IOException e) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            "The tar is not compressed with gzip, as its name says: " + e.getMessage() + ".",
            e);
      }
    }

    private void close() {
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        open = null;
        task.done().add(1);
      }
    }
  }
}
