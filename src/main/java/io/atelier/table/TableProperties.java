package io.atelier.table;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Delta properties of a table. Reader version 1 for every table: DuckDB, Polars and delta-rs
 * must read them, and an erased row must leave the file when it is deleted, hence no deletion
 * vectors.
 */
final class TableProperties {
  static final String CHANGE_FEED = "delta.enableChangeDataFeed";

  private TableProperties() {}

  static Map<String, String> of(TableSpec<?> spec) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("delta.enableDeletionVectors", "false");
    properties.put(CHANGE_FEED, String.valueOf(spec.changeFeed()));
    properties.put("delta.checkpointPolicy", "classic");
    // The log keeps minimum and maximum in clear text long after a row is gone.
    properties.put("delta.dataSkippingStatsColumns", String.join(",", spec.statistics()));
    properties.put("delta.setTransactionRetentionDuration", "interval 90 days");
    if (spec.appendOnly()) {
      properties.put("delta.appendOnly", "true");
    }
    spec.checks()
        .forEach((name, condition) -> properties.put("delta.constraints." + name, condition));
    return properties;
  }
}
