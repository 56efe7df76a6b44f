package io.atelier.job;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.image.NearDuplicates;
import io.atelier.testing.TestSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Near-duplicates by joins against each compared with each. */
class NearCopiesIT {
  private static final StructType PHOTO =
      StructType.fromDDL(
          "input_id string, subject_id string, phash string, gray_entropy double, pixels double,"
              + " sharpness double, bytes bigint, _new boolean");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 8})
  void noPairIsMissedAndNoneIsThereTwice(int maxBits) {
    long[] hashes = hashes(maxBits).stream().mapToLong(Long::longValue).distinct().toArray();
    List<String> expected = new ArrayList<>();
    for (long a : hashes) {
      for (long b : hashes) {
        if (a < b && Long.bitCount(a ^ b) <= maxBits) {
          expected.add(a + " " + b + " " + Long.bitCount(a ^ b));
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    for (long hash : hashes) {
      rows.add(RowFactory.create(1L, hash, true));
    }
    Dataset<Row> table =
        TestSession.get()
            .createDataFrame(rows, StructType.fromDDL("group bigint, hash bigint, is_new boolean"));
    assertThat(HashPairs.within(table, maxBits).collectAsList())
        .extracting(row -> row.get(1) + " " + row.get(2) + " " + row.get(3))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(HashPairs.within(table, maxBits, 1, 1).collectAsList())
        .as("where two are a crowd")
        .extracting(row -> row.get(1) + " " + row.get(2) + " " + row.get(3))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(maxBits == 0 || !expected.isEmpty()).isTrue();
    Dataset<Row> fewNew = table.withColumn("is_new", expr("hash % 5 = 0"));
    assertThat(HashPairs.within(fewNew, maxBits).collectAsList())
        .as("pairs of known ones are left out")
        .extracting(row -> row.get(1) + " " + row.get(2) + " " + row.get(3))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream()
                .filter(
                    pair -> Arrays.stream(pair.split(" ")).limit(2).anyMatch(NearCopiesIT::isNew))
                .toList());
  }

  @Test
  void aCrowdThatSharesTwoBandsIsDividedWithoutLoss() {
    Random random = new Random(5);
    long[] hashes = random.longs(3000).map(hash -> hash >>> 22).distinct().toArray();
    for (int i = 1; i < hashes.length; i += 10) {
      hashes[i] = hashes[i - 1] ^ 1L << random.nextInt(42) ^ 1L << random.nextInt(42);
    }
    hashes = Arrays.stream(hashes).distinct().toArray();
    List<Row> rows = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (long a : hashes) {
      rows.add(RowFactory.create(1L, a, true));
      for (long b : hashes) {
        if (a < b && Long.bitCount(a ^ b) <= 4) {
          expected.add(a + " " + b);
        }
      }
    }
    Dataset<Row> table =
        TestSession.get()
            .createDataFrame(rows, StructType.fromDDL("group bigint, hash bigint, is_new boolean"));
    assertThat(most(HashPairs.keys(table, 6, 1_000_000, 1))).isGreaterThan(2500);
    assertThat(most(HashPairs.keys(table, 6, 50, 4))).isLessThan(400);
    assertThat(HashPairs.within(table, 4, 50, 4).collectAsList())
        .extracting(row -> row.get(1) + " " + row.get(2))
        .hasSizeGreaterThan(200)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** How many meet on one key at most. */
  private static long most(Dataset<Row> keys) {
    return keys.groupBy("group", "key").count().agg(max("count")).head().getLong(0);
  }

  private static boolean isNew(String hash) {
    return Long.parseLong(hash) % 5 == 0;
  }

  @Test
  void theSameAreKeptWhateverTheOrderAndThePartitions() {
    List<Row> photos = photos(hashes(4).stream().distinct().toList());
    Map<String, NearDuplicates.Match> expected =
        NearDuplicates.find(photos.stream().map(NearCopiesIT::photo).toList(), 4);
    for (int partitions : new int[] {1, 7}) {
      Collections.shuffle(photos, new Random(partitions));
      assertThat(find(photos, partitions, 0)).as("by joins").isEqualTo(expected).isNotEmpty();
      assertThat(find(photos, partitions, photos.size())).as("on the driver").isEqualTo(expected);
    }
  }

  @Test
  void copiesOfAHashLeaveOneAndAKeptPhotoStays() {
    Row better = RowFactory.create("a", "s", "00000000000000ff", 7.0, 900.0, 9.0, 9L, true);
    Row copy = RowFactory.create("b", "s", "00000000000000ff", 7.0, 800.0, 9.0, 9L, true);
    Row kept = RowFactory.create("c", "s", "000000000000000f", 7.0, 1.0, null, 1L, false);
    Row other = RowFactory.create("d", "t", "00000000000000ff", 7.0, 1.0, 1.0, 1L, true);
    Row flat = RowFactory.create("e", "s", "00000000000000ff", 1.0, 1.0, 1.0, 1L, true);
    for (int few : new int[] {0, 10}) {
      assertThat(find(List.of(better, copy, other, flat), 1, few))
          .containsOnly(Map.entry("b", new NearDuplicates.Match("a", 0)));
      assertThat(find(List.of(better, copy, other, flat, kept), 1, few))
          .containsOnly(
              Map.entry("a", new NearDuplicates.Match("c", 4)),
              Map.entry("b", new NearDuplicates.Match("c", 4)));
    }
  }

  private static Map<String, NearDuplicates.Match> find(List<Row> photos, int partitions, int few) {
    Dataset<Row> rows = TestSession.get().createDataFrame(photos, PHOTO).repartition(partitions);
    Map<String, NearDuplicates.Match> found = new TreeMap<>();
    for (Row row : NearCopies.find(NearCopies.candidates(rows), 4, few).collectAsList()) {
      found.put(row.getString(0), new NearDuplicates.Match(row.getString(1), row.getInt(2)));
    }
    return found;
  }

  /** Random hashes, and chains of them in which each differs from the one before in few bits. */
  private static List<Long> hashes(int maxBits) {
    Random random = new Random(11);
    List<Long> hashes = new ArrayList<>(List.of(Long.MIN_VALUE, Long.MAX_VALUE, -1L, 0L));
    for (int cluster = 0; cluster < 100; cluster++) {
      long hash = random.nextLong();
      for (int step = 0; step < 8; step++) {
        hashes.add(hash);
        for (int bit = random.nextInt(maxBits + 2); bit > 0; bit--) {
          hash ^= 1L << random.nextInt(Long.SIZE);
        }
      }
    }
    return hashes;
  }

  private static List<Row> photos(List<Long> hashes) {
    List<Row> photos = new ArrayList<>();
    for (long hash : new TreeSet<>(hashes)) {
      photos.add(
          RowFactory.create(
              "photo-%04d".formatted(photos.size()),
              "subject",
              "%016x".formatted(hash),
              7.0,
              (double) (hash & 3),
              (double) (hash >> 2 & 3),
              hash >> 4 & 3,
              true));
    }
    return photos;
  }

  private static NearDuplicates.Photo photo(Row row) {
    return new NearDuplicates.Photo(
        row.getString(0),
        row.getString(2),
        (long) row.getDouble(4),
        row.getDouble(5),
        row.getLong(6),
        row.getDouble(3));
  }
}
