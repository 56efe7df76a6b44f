package io.atelier.worker;

import io.atelier.image.Decoder;
import io.atelier.image.Preparation;
import io.atelier.image.Rgb;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Decodes each photo once and prepares it for several models: rows of {@link #schema}. */
public final class PreparePictures implements FlatMapFunction<Iterator<StoredPhoto>, Row> {
  private static final long serialVersionUID = 1L;

  private final List<Preparation> models;
  private final TaskSettings task;

  /** Pixels for each of the models. */
  public PreparePictures(List<Preparation> models, TaskSettings task) {
    this.models = List.copyOf(models);
    this.task = task;
  }

  /**
   * The columns: {@code asset_id}, {@code reason}, which is null for a picture that could be read,
   * and {@code pixels_0}, {@code pixels_1}, ... for {@link DjlPredictor}.
   */
  public StructType schema() {
    StructType schema =
        new StructType().add("asset_id", DataTypes.StringType).add("reason", DataTypes.StringType);
    for (int i = 0; i < models.size(); i++) {
      schema = schema.add("pixels_" + i, DataTypes.BinaryType);
    }
    return schema;
  }

  @Override
  public Iterator<Row> call(Iterator<StoredPhoto> photos) {
    boolean triedBefore = Failures.triedBefore();
    // A task with a GPU has several cores, which decode while the models compute.
    Iterator<Row> rows =
        InParallel.stream(
            photos, TaskDevice.threads(task.threads()), photo -> prepare(photo, triedBefore));
    return Units.each(
        rows,
        row -> {
          task.done().add(1);
          return row;
        });
  }

  private Row prepare(StoredPhoto photo, boolean triedBefore) {
    return Failures.guardRetried(
        triedBefore,
        () -> row(photo, null, pixels(photo)),
        why -> row(photo, why, new Object[models.size()]));
  }

  private static Row row(StoredPhoto photo, String reason, Object... pixels) {
    Object[] values = new Object[2 + pixels.length];
    values[0] = photo.assetId();
    values[1] = reason;
    System.arraycopy(pixels, 0, values, 2, pixels.length);
    return RowFactory.create(values);
  }

  private Object[] pixels(StoredPhoto photo) {
    // It was measured before, so its size has been found acceptable.
    Rgb picture = Decoder.decode(task.read(photo.uri()), Long.MAX_VALUE).pixels();
    return models.stream().map(model -> FloatBytes.of(model.values(picture))).toArray();
  }
}
