package io.atelier.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.Locations;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of a table of images, in the columns that {@link io.atelier.worker.RegisterRows} reads.
 */
final class ImageRows {
  private final DatasetOptions options;
  private final Dataset<Row> table;

  ImageRows(SparkSession spark, DatasetOptions options) {
    this.options = options;
    this.table =
        spark
            .read()
            .format(options.format().name().toLowerCase(Locale.ROOT))
            .load(Locations.text(options.from()));
  }

  /** Whether the rows have addresses, not bytes. */
  boolean urls() {
    return options.columns().url().isPresent();
  }

  Dataset<Row> rows() {
    DatasetOptions.Columns columns = options.columns();
    Column place = lit(Locations.text(options.from()));
    Column none = lit(null).cast("string");
    Column number = number();
    Column key = columns.key().map(this::text).orElse(null);
    Column source;
    Column member;
    if (urls()) {
      Column url = text(columns.url().orElseThrow());
      source = coalesce(url, place);
      member = key != null ? key : when(url.isNull(), number).otherwise(none);
    } else {
      source = key != null ? place : col("_metadata.file_path");
      member = key != null ? key : number;
    }
    Column image =
        urls() ? text(columns.url().orElseThrow()) : bytes(columns.bytes().orElseThrow());
    return table.select(
        source.as("source"),
        member.as("member"),
        columns.caption().map(this::text).orElse(none).as("caption"),
        columns.label().map(this::text).orElse(none).as("label"),
        lit(null).cast("timestamp").as("modified"),
        image.as(urls() ? "url" : "content"));
  }

  /** The rows but for those whose source and member are known. */
  Dataset<Row> without(Dataset<Row> known) {
    Dataset<Row> there = known.toDF("_source", "_member");
    return rows()
        .join(
            there,
            col("source").equalTo(col("_source")).and(col("member").eqNullSafe(col("_member"))),
            "left_anti");
  }

  /** The row's number in its file; Delta has none that lasts. */
  private Column number() {
    return options.format() == DatasetOptions.Format.PARQUET
        ? col("_metadata.row_index").cast("string")
        : lit(null).cast("string");
  }

  private Column text(String name) {
    return column(name).cast("string");
  }

  private Column bytes(String name) {
    Column column = column(name);
    String type = table.select(column.as("c")).schema().apply(0).dataType().typeName();
    if (!type.equals("binary")) {
      throw bad("Column '%s' holds %s, not bytes".formatted(name, type));
    }
    return column;
  }

  private Column column(String name) {
    Optional<String> top =
        Arrays.stream(table.columns())
            .filter(c -> name.equals(c) || name.startsWith(c + "."))
            .findFirst();
    if (top.isEmpty()) {
      throw bad("There is no column '%s'".formatted(name));
    }
    return name.equals(top.get()) ? col("`" + name + "`") : col(name);
  }

  private AtelierException bad(String problem) {
    return new AtelierException(
        ErrorCode.BAD_INPUT,
        "%s in %s; its columns are %s. Nothing was registered."
            .formatted(
                problem, Locations.text(options.from()), String.join(", ", table.columns())));
  }
}
