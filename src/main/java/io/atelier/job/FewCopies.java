package io.atelier.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The greedy pass of {@link Leaders} over so few rows that each is compared with each. */
final class FewCopies {
  static final StructType SCHEMA = StructType.fromDDL("id string, kept_id string, bits int");

  private FewCopies() {}

  /**
   * The rows to leave out, in {@link #SCHEMA}.
   *
   * @param candidates as {@link NearCopies#candidates} makes them
   */
  static List<Row> of(List<Row> candidates, int maxBits) {
    Map<Object, List<Row>> groups =
        candidates.stream().collect(Collectors.groupingBy(row -> row.getAs("group")));
    List<Row> out = new ArrayList<>();
    groups.values().forEach(group -> addLeftOut(group, maxBits, out));
    return out;
  }

  private static void addLeftOut(List<Row> group, int maxBits, List<Row> out) {
    group.sort((one, other) -> compare(one.getAs("rank"), other.getAs("rank")));
    List<Row> kept = new ArrayList<>();
    for (Row row : group) {
      Row closest = isNew(row) ? closest(row, kept, maxBits) : null;
      if (closest == null) {
        kept.add(row);
      } else {
        out.add(RowFactory.create(row.getAs("id"), closest.getAs("id"), bits(row, closest)));
      }
    }
  }

  private static Row closest(Row row, List<Row> kept, int maxBits) {
    return kept.stream()
        .filter(other -> bits(row, other) <= maxBits)
        .min(
            Comparator.comparingInt((Row other) -> bits(row, other))
                .thenComparing(other -> other.<String>getAs("id")))
        .orElse(null);
  }

  private static boolean isNew(Row row) {
    Row rank = row.getAs("rank");
    return rank.getAs("_new");
  }

  private static int bits(Row one, Row other) {
    return Long.bitCount(one.<Long>getAs("hash") ^ other.<Long>getAs("hash"));
  }

  /** As Spark orders structs: field by field. */
  private static int compare(Row one, Row other) {
    for (int i = 0; i < one.size(); i++) {
      if (!Objects.equals(one.get(i), other.get(i))) {
        return values((Comparable<?>) one.get(i), other.get(i));
      }
    }
    return 0;
  }

  @SuppressWarnings("unchecked") // both are values of one column
  private static <T> int values(Comparable<T> one, Object other) {
    return one.compareTo((T) other);
  }
}
