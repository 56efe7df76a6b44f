package io.atelier.table;

import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What a Delta table is: its name, columns (one a component of the record), key, CHECK constraints,
 * columns with file statistics, clustering, and which rows may be replaced.
 *
 * @param <R> the record of one row
 */
public final class TableSpec<R extends Record> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final RowCodec<R> codec;
  private final List<String> key;
  private final LinkedHashMap<String, String> checks;
  private final List<String> statistics;
  private final List<String> clusterBy;
  private final List<String> mutable;
  private final boolean appendOnly;
  private final boolean changeFeed;

  private TableSpec(Builder<R> builder) {
    this.name = builder.name;
    this.codec = builder.codec;
    this.key = List.copyOf(builder.key);
    this.checks = new LinkedHashMap<>(builder.checks);
    this.statistics = List.copyOf(builder.statistics);
    this.clusterBy = List.copyOf(builder.clusterBy);
    this.mutable = List.copyOf(builder.mutable);
    this.appendOnly = builder.appendOnly;
    this.changeFeed = builder.changeFeed;
  }

  /** Starts the description of a table whose columns are the components of {@code type}. */
  public static <R extends Record> Builder<R> of(String name, Class<R> type) {
    return new Builder<>(name, type);
  }

  /** Name of the table: its folder under the lake's {@code tables/}. */
  public String name() {
    return name;
  }

  /** Columns with their types, NOT NULL and comments. */
  public StructType schema() {
    return codec.schema();
  }

  /** Names of the columns, in order. */
  public List<String> columns() {
    return List.of(schema().fieldNames());
  }

  /** The columns that identify a row. */
  public List<String> key() {
    return key;
  }

  /** Name of a CHECK constraint to its SQL condition; null counts as broken, as in Delta. */
  public Map<String, String> checks() {
    return Map.copyOf(checks);
  }

  /** The columns with minimum and maximum in the Delta log; none of them personal. */
  public List<String> statistics() {
    return statistics;
  }

  /** Liquid clustering columns; empty for none. */
  public List<String> clusterBy() {
    return clusterBy;
  }

  /** The columns that {@link LakeTable#upsertChanged} may change; empty if rows never change. */
  public List<String> mutable() {
    return mutable;
  }

  /** Whether rows can only be added. */
  public boolean appendOnly() {
    return appendOnly;
  }

  /** Whether Delta keeps what changed from one version to the next. */
  public boolean changeFeed() {
    return changeFeed;
  }

  /** The row of a record, columns in the schema's order. */
  public Row toRow(R row) {
    return codec.toRow(row);
  }

  /** The record of a row that has this table's columns in the schema's order. */
  public R fromRow(Row row) {
    return codec.fromRow(row);
  }

  /** Collects a {@link TableSpec}. */
  public static final class Builder<R extends Record> {
    private final String name;
    private final Class<R> type;
    private final RowCodec<R> codec;
    private final Map<String, String> checks = new LinkedHashMap<>();
    private List<String> key = List.of();
    private List<String> statistics = List.of();
    private List<String> clusterBy = List.of();
    private List<String> mutable = List.of();
    private boolean appendOnly;
    private boolean changeFeed;

    private Builder(String name, Class<R> type) {
      this.name = name;
      this.type = type;
      this.codec = new RowCodec<>(type);
    }

    /** The columns that identify a row. */
    public Builder<R> key(String... columns) {
      key = List.of(columns);
      return this;
    }

    /** A condition that every row meets; it must be true, not null. */
    public Builder<R> check(String constraint, String condition) {
      checks.put(constraint, condition);
      return this;
    }

    /** The columns with file statistics; personal ones are refused by {@link #build}. */
    public Builder<R> statistics(String... columns) {
      statistics = List.of(columns);
      return this;
    }

    /** Liquid clustering; the columns must have statistics. */
    public Builder<R> clusterBy(String... columns) {
      clusterBy = List.of(columns);
      return this;
    }

    /** The columns that an upsert may change. */
    public Builder<R> mutable(String... columns) {
      mutable = List.of(columns);
      return this;
    }

    /** Rows can only be added. */
    public Builder<R> appendOnly() {
      appendOnly = true;
      return this;
    }

    /** Delta keeps what changed from one version to the next, for {@link LakeTable#changes}. */
    public Builder<R> changeFeed() {
      changeFeed = true;
      return this;
    }

    /** The description, checked: every named column exists and none with statistics is personal. */
    public TableSpec<R> build() {
      List<String> named = new ArrayList<>(key);
      named.addAll(statistics);
      named.addAll(mutable);
      named.removeAll(List.of(codec.schema().fieldNames()));
      require(named.isEmpty(), "unknown columns " + named);
      require(!key.isEmpty(), "no key");
      require(statistics.containsAll(clusterBy), "clustering needs statistics");
      List<String> personal = personalColumns(type);
      personal.retainAll(statistics);
      require(personal.isEmpty(), "statistics on personal columns " + personal);
      return new TableSpec<>(this);
    }

    private void require(boolean condition, String problem) {
      if (!condition) {
        throw new IllegalStateException("Table " + name + ": " + problem);
      }
    }
  }

  private static List<String> personalColumns(Class<? extends Record> type) {
    List<String> personal = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAnnotation(Column.class).personal()) {
        personal.add(RowCodec.columnName(component.getName()));
      }
    }
    return personal;
  }
}
