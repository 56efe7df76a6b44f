package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.source.Incoming;
import io.atelier.source.Member;
import io.atelier.source.Samples;
import io.atelier.source.WebImages;
import io.atelier.store.Locations;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Takes in files with their sidecars; the files of one sample must be neighbours. */
public final class RegisterFiles implements FlatMapFunction<Iterator<ListedFile>, RegisteredPhoto> {
  private static final long serialVersionUID = 1L;

  private final String datasetId;
  private final int concurrency;
  private final WebImages.Limits limits;
  private final TaskSettings task;

  /**
   * Into one dataset.
   *
   * @param concurrency files read at once
   */
  public RegisterFiles(
      String datasetId, int concurrency, WebImages.Limits limits, TaskSettings task) {
    this.datasetId = datasetId;
    this.concurrency = concurrency;
    this.limits = limits;
    this.task = task;
  }

  @Override
  public Iterator<RegisteredPhoto> call(Iterator<ListedFile> files) {
    Registrar registrar = Registrar.ofDataset(task, datasetId);
    Map<String, Long> modified = new HashMap<>();
    Iterator<Member> members =
        Units.each(
            files,
            file -> {
              modified.put(file.uri(), file.modified());
              return new Member(file.uri(), () -> read(file));
            });
    Iterator<Incoming> images =
        new Samples(
            members,
            Member::sampleOfFolder,
            (member, texts) ->
                new Incoming(
                    member.path(),
                    null,
                    texts.caption(),
                    texts.label(),
                    Instant.ofEpochMilli(modified.remove(member.path())),
                    member.content()));
    return Units.each(
        InParallel.stream(images, concurrency, image -> registrar.register(datasetId, image)),
        image -> {
          task.done().add(1);
          return image;
        });
  }

  private byte[] read(ListedFile file) {
    if (file.bytes() > limits.maxBytes()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The file has %d bytes; intake.max_bytes allows %d. Raise it to take the file in."
              .formatted(file.bytes(), limits.maxBytes()));
    }
    return task.store().read(Locations.parse(file.uri()));
  }
}
