package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * Holds a batch against the table's rules before Delta does, in one pass. Delta's own refusal puts
 * the row's values into the message and the log of every executor; ours names the rule and the key.
 */
final class BatchCheck {
  private BatchCheck() {}

  /** How many rows are new and how many replace one; throws BAD_TABLE if any breaks a rule. */
  static Written check(TableSpec<?> spec, Dataset<Row> pending, String isNew) {
    List<String> rules = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    columns.add(functions.count(functions.when(functions.col(isNew), 1)));
    columns.add(functions.count(functions.when(functions.not(functions.col(isNew)), 1)));
    columns.add(functions.countDistinct(key(spec)));
    for (StructField field : spec.schema().fields()) {
      if (!field.nullable()) {
        rules.add("NOT NULL (" + field.name() + ")");
        columns.add(firstKey(spec, functions.col(field.name()).isNotNull()));
      }
    }
    for (Map.Entry<String, String> check : spec.checks().entrySet()) {
      rules.add(check.getKey() + " (" + check.getValue() + ")");
      columns.add(firstKey(spec, functions.expr(check.getValue())));
    }
    Row row =
        pending
            .agg(columns.get(0), columns.subList(1, columns.size()).toArray(new Column[0]))
            .head();
    refuseBroken(spec, row, rules);
    Written written = new Written(row.getLong(0), row.getLong(1));
    refuseDoubles(spec, written.rows(), row.getLong(2));
    return written;
  }

  private static void refuseBroken(TableSpec<?> spec, Row row, List<String> rules) {
    List<String> broken = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (!row.isNullAt(3 + i)) {
        broken.add(rules.get(i) + ", for example " + row.getString(3 + i));
      }
    }
    if (!broken.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_TABLE,
          "Table '"
              + spec.name()
              + "' refuses the batch; rows break: "
              + String.join("; ", broken)
              + ". Nothing was written.");
    }
  }

  private static void refuseDoubles(TableSpec<?> spec, long rows, long keys) {
    if (rows != keys) {
      throw new AtelierException(
          ErrorCode.BAD_TABLE,
          "Table '"
              + spec.name()
              + "' refuses the batch: "
              + rows
              + " rows share "
              + keys
              + " keys ("
              + String.join(", ", spec.key())
              + "). Nothing was written.");
    }
  }

  /** The smallest key among the rows that break the condition, or null. */
  private static Column firstKey(TableSpec<?> spec, Column condition) {
    Column broken = functions.not(functions.coalesce(condition, functions.lit(false)));
    String text =
        spec.key().stream()
            .map(k -> "'" + k + "=', coalesce(cast(`" + k + "` as string), 'null')")
            .collect(Collectors.joining(", ' ', ", "concat(", ")"));
    return functions.min(functions.when(broken, functions.expr(text)));
  }

  private static Column key(TableSpec<?> spec) {
    return functions.struct(spec.key().stream().map(functions::col).toArray(Column[]::new));
  }
}
