package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Compares what is there with what this version of the program expects. */
final class SchemaDrift {
  private SchemaDrift() {}

  /**
   * Refuses a table whose columns, NOT NULL or CHECK constraints differ from the description, but
   * not for want of a nullable column.
   */
  static void check(TableSpec<?> spec, String path, TableLog log) {
    List<String> differences = differences(spec.schema(), log.schema(), true);
    Map<String, String> properties = log.properties();
    spec.checks()
        .forEach(
            (name, condition) -> {
              String there = properties.get("delta.constraints." + name);
              if (!condition.equals(there)) {
                differences.add(
                    "constraint "
                        + name
                        + " is "
                        + (there == null ? "missing" : "(" + there + ")")
                        + ", expected ("
                        + condition
                        + ")");
              }
            });
    if (!differences.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_TABLE,
          "Table '"
              + spec.name()
              + "' at "
              + path
              + " is not the one this version writes: "
              + String.join("; ", differences)
              + ". Use the version that made it, or another --lake.");
    }
  }

  /**
   * Adds the columns that came after the table was made, which are all nullable; older rows have
   * null there.
   */
  static void addMissingColumns(SparkSession spark, TableSpec<?> spec, String path, TableLog log) {
    List<String> there = List.of(log.schema().fieldNames());
    String missing =
        Arrays.stream(spec.schema().fields())
            .filter(field -> !there.contains(field.name()))
            .map(StructField::toDDL)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      String table = "delta.`" + path.replace("`", "``") + "`";
      TableErrors.mapped(
          spec, () -> spark.sql("ALTER TABLE " + table + " ADD COLUMNS (" + missing + ")"));
    }
  }

  /** Turns the change feed on where an older version of the program made the table without. */
  static void addChangeFeed(SparkSession spark, TableSpec<?> spec, String path, TableLog log) {
    if (spec.changeFeed() && !"true".equals(log.properties().get(TableProperties.CHANGE_FEED))) {
      String name = "delta.`" + path.replace("`", "``") + "`";
      String set = " SET TBLPROPERTIES ('" + TableProperties.CHANGE_FEED + "' = 'true')";
      TableErrors.mapped(spec, () -> spark.sql("ALTER TABLE " + name + set));
    }
  }

  /** Refuses rows that lack a column of the table, have a further one, or another type. */
  static void checkRows(TableSpec<?> spec, Dataset<Row> rows) {
    List<String> differences = differences(spec.schema(), rows.schema(), false);
    if (!differences.isEmpty()) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "The rows for table '" + spec.name() + "' do not fit: " + String.join("; ", differences));
    }
  }

  private static List<String> differences(StructType expected, StructType actual, boolean nulls) {
    Map<String, StructField> there = new LinkedHashMap<>();
    Arrays.stream(actual.fields()).forEach(field -> there.put(field.name(), field));
    List<String> differences = new ArrayList<>();
    for (StructField field : expected.fields()) {
      StructField other = there.remove(field.name());
      if (other == null) {
        // A nullable column that came later: see addMissingColumns.
        if (!nulls || !field.nullable()) {
          differences.add("column " + field.name() + " is missing");
        }
      } else if (!describe(field, nulls).equals(describe(other, nulls))) {
        differences.add(
            "column "
                + field.name()
                + " is "
                + describe(other, nulls)
                + ", expected "
                + describe(field, nulls));
      }
    }
    there.keySet().forEach(name -> differences.add("column " + name + " is unknown"));
    return differences;
  }

  private static String describe(StructField field, boolean nulls) {
    // catalogString leaves out whether array elements may be null, which Delta does not enforce.
    return field.dataType().catalogString() + (nulls && !field.nullable() ? " NOT NULL" : "");
  }
}
