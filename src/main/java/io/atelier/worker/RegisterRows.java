package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.source.Incoming;
import io.atelier.source.Samples;
import io.atelier.source.WebImages;
import io.atelier.store.Locations;
import java.sql.Timestamp;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Takes in the images of a table's rows: columns {@code source}, {@code member}, {@code caption},
 * {@code label}, {@code modified}, and {@code content} with bytes or {@code url} with an address.
 */
public final class RegisterRows implements FlatMapFunction<Iterator<Row>, RegisteredPhoto> {
  private static final long serialVersionUID = 1L;

  private final String datasetId;
  private final boolean urls;
  private final int concurrency;
  private final WebImages.Limits limits;
  private final TaskSettings task;

  /**
   * Into one dataset.
   *
   * @param urls whether rows have addresses, not bytes
   * @param concurrency images fetched at once
   */
  public RegisterRows(
      String datasetId, boolean urls, int concurrency, WebImages.Limits limits, TaskSettings task) {
    this.datasetId = datasetId;
    this.urls = urls;
    this.concurrency = concurrency;
    this.limits = limits;
    this.task = task;
  }

  @Override
  public Iterator<RegisteredPhoto> call(Iterator<Row> rows) {
    Registrar registrar = Registrar.ofDataset(task, datasetId);
    WebImages web = new WebImages(limits);
    return Units.each(
        InParallel.stream(rows, concurrency, row -> registrar.register(datasetId, image(row, web))),
        image -> {
          task.done().add(1);
          return image;
        });
  }

  private Incoming image(Row row, WebImages web) {
    Timestamp modified = row.getAs("modified");
    return new Incoming(
        row.getAs("source"),
        row.getAs("member"),
        text(row, "caption"),
        text(row, "label"),
        modified == null ? null : modified.toInstant(),
        () -> urls ? fetch(row.getAs("url"), web) : bytes(row.getAs("content")));
  }

  private static String text(Row row, String column) {
    String value = row.getAs(column);
    return Optional.ofNullable(value).flatMap(Samples::cleaned).orElse(null);
  }

  private byte[] bytes(byte[] content) {
    if (content == null) {
      throw new AtelierException(ErrorCode.BAD_INPUT, "The row has no bytes.");
    }
    return within(content.length, content);
  }

  private byte[] fetch(String url, WebImages web) {
    if (url == null || url.isBlank()) {
      throw new AtelierException(ErrorCode.BAD_INPUT, "The row has no address.");
    }
    if (WebImages.isWeb(url)) {
      return web.fetch(url);
    }
    long size = task.store().size(Locations.parse(url));
    return within(size, size > limits.maxBytes() ? null : task.store().read(Locations.parse(url)));
  }

  private byte[] within(long size, byte[] content) {
    if (size > limits.maxBytes()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The image has %d bytes; intake.max_bytes allows %d. Raise it to take the image in."
              .formatted(size, limits.maxBytes()));
    }
    return content;
  }
}
