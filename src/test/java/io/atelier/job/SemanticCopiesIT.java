package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.image.Rgb;
import io.atelier.image.Rules;
import io.atelier.image.Thumbnails;
import io.atelier.provenance.Hashes;
import io.atelier.table.AssetRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SemanticCopiesIT {
  private static final StructType PHOTO =
      StructType.fromDDL(
          "input_id string, subject_id string, asset_id string, phash string, gray_entropy double,"
              + " pixels double, sharpness double, bytes bigint, _new boolean");
  private static final StructType EMBEDDING =
      StructType.fromDDL("asset_id string, embedding array<float>");
  private static final int SIZE = 96;
  private static final String RULES =
      """
      name: varied
      rules:
        - {code: SEMANTIC_DUPLICATE, metric: semantic_cosine, comparison: above, threshold: 0.99,
           severity: reject, sentence: "Likeness {value}, at most {threshold}."}
        - {code: OVER_REPRESENTED, metric: cluster_rank, comparison: above, threshold: 3,
           severity: reject, sentence: "Number {value}, {threshold} are kept."}
      """;

  @TempDir Path folder;

  private record Photo(String id, double pixels, boolean fresh, float... embedding) {}

  @Test
  void findsTheGroupsAndWhatAPlainGreedyPassThroughEachLeavesOut() {
    List<Photo> photos = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    Random random = new Random(3);
    for (int group = 0; group < 5; group++) {
      float[] centre = near(new float[SIZE], 1, random);
      for (int i = 0; i < 20; i++) {
        float[] member = near(centre, 0.3, random);
        add(photos, groups, group, member, random);
        if (i % 3 == 0) {
          add(photos, groups, group, near(member, 0.02, random), random);
        }
      }
    }
    Map<String, Row> found = find(photos, alikeOnly(), 5, 3);

    Map<Integer, Integer> clusters = new TreeMap<>();
    for (int i = 0; i < photos.size(); i++) {
      int cluster = found.get(photos.get(i).id()).getAs("cluster");
      assertThat(clusters.putIfAbsent(groups.get(i), cluster)).isIn(null, cluster);
    }
    assertThat(clusters.values()).doesNotHaveDuplicates();
    Map<String, String> expected = new TreeMap<>();
    for (int group = 0; group < 5; group++) {
      int of = group;
      expected.putAll(
          greedy(photos.stream().filter(p -> groups.get(photos.indexOf(p)) == of).toList()));
    }
    Map<String, String> left = new TreeMap<>();
    found.forEach(
        (id, row) -> {
          if (row.getAs("code") != null) {
            left.put(id, row.getAs("kept_id"));
          }
        });
    assertThat(left).isEqualTo(expected).hasSizeGreaterThan(30);
  }

  @Test
  void theSameAreFoundWhateverTheOrderAndThePartitions() {
    // No groups at all, so that many points lie half-way between centres.
    Random random = new Random(4);
    List<Photo> photos = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      add(photos, new ArrayList<>(), 0, near(new float[SIZE], 1, random), random);
    }
    Rules rules = Rules.parse(RULES.replace("0.99", "0.3"), "test");
    Map<String, Row> first = find(photos, rules, 7, 1);
    assertThat(first.values()).extracting(row -> row.getAs("code")).contains("OVER_REPRESENTED");
    assertThat(first.values())
        .extracting(row -> row.getAs("cluster"))
        .contains(0, 1, 2, 3, 4, 5, 6);
    for (int partitions : new int[] {2, 5, 11}) {
      Collections.shuffle(photos, new Random(partitions));
      assertThat(find(photos, rules, 7, partitions)).isEqualTo(first);
    }
  }

  @Test
  void whatEarlierRunsKeptStaysAndFewerPointsThanClustersDo() {
    Random random = new Random(5);
    float[] vector = near(new float[SIZE], 1, random);
    Photo kept = new Photo(id(1), 10, false, vector);
    Photo better = new Photo(id(2), 1000, true, vector);
    Map<String, Row> found = find(List.of(kept, better), alikeOnly(), 9, 1);
    assertThat((String) found.get(id(1)).getAs("code")).isNull();
    assertThat((Double) found.get(id(1)).getAs("cosine")).isNull();
    assertThat((String) found.get(id(2)).getAs("kept_id")).isEqualTo(id(1));
    assertThat(find(List.of(), alikeOnly(), 9, 1)).isEmpty();
  }

  @Test
  void aNearCopyOfAnImageThatIsRefusedIsInTheGroupOfWhatIsKept() {
    Dataset<Row> verdicts =
        TestSession.get()
            .createDataFrame(
                List.of(
                    RowFactory.create(id(1), "ACCEPT", List.of(), null, null, null, null, null),
                    RowFactory.create(id(2), "ACCEPT", List.of(), null, null, null, null, null),
                    RowFactory.create(id(3), "REFUSE", List.of(), id(2), id(2), 3, null, null)),
                StructType.fromDDL(
                    "input_id string, decision string, reasons array<struct<code: string, value:"
                        + " double, threshold: double, sentence: string>>, dup_of string,"
                        + " dup_group string, dup_bits int, cluster int, cosine double"));
    Dataset<Row> found =
        TestSession.get()
            .createDataFrame(
                List.of(
                    RowFactory.create(id(1), 0, null, null, null, null, null, null),
                    RowFactory.create(id(2), 0, 0.999, "SEMANTIC", 0.999, 0.99, "alike", id(1))),
                ClusterPass.FOUND);

    Map<String, Row> judged =
        SemanticCopies.apply(verdicts, found).collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("input_id"), row -> row));

    assertThat((String) judged.get(id(2)).getAs("dup_group")).isEqualTo(id(1));
    assertThat((Integer) judged.get(id(2)).getAs("dup_bits")).as("no hashes compared").isNull();
    assertThat((String) judged.get(id(3)).getAs("dup_of")).isEqualTo(id(2));
    assertThat((String) judged.get(id(3)).getAs("dup_group")).isEqualTo(id(1));
    assertThat((Integer) judged.get(id(3)).getAs("dup_bits")).isNull();
    assertThat((String) judged.get(id(1)).getAs("decision")).isEqualTo("ACCEPT");
  }

  @Test
  void aDatasetIsThinnedByThumbnailsWhereNoModelIsConfigured() throws IOException {
    Path rules = Files.writeString(folder.resolve("varied.yaml"), RULES);
    String[] settings = {"curate.rules=" + rules, "curate.clusters=3"};
    SmallRun small = new SmallRun(folder);
    Path photos = Files.createDirectories(small.photos().resolve("discs"));
    int[] colours = {0xC02020, 0x209020, 0x2030C0};
    for (int group = 0; group < 3; group++) {
      for (int i = 0; i < (group == 0 ? 5 : 2); i++) {
        disc(photos.resolve("%d-%d.png".formatted(group, i)), colours[group], i, 128);
      }
      disc(photos.resolve("%d-small.png".formatted(group)), colours[group], 0, 112);
    }
    IntakeJob.run(small.context(), small.photosUri());
    StageResult result = CurateJob.run(small.context(settings));

    assertThat(result.counts()).containsEntry("predicted", 12L).containsEntry("accepted", 7L);
    Map<String, VerdictRow> verdicts = verdicts(small);
    List<Integer> clusters = new ArrayList<>();
    for (int group = 0; group < 3; group++) {
      VerdictRow copy = verdicts.get(group + "-small.png");
      VerdictRow original = verdicts.get(group + "-0.png");
      if (original.decision().equals("ACCEPT")) {
        assertThat(copy.dupOf()).isEqualTo(original.inputId());
        assertThat(copy.reasons())
            .extracting(VerdictRow.Reason::code)
            .containsExactly("SEMANTIC_DUPLICATE");
        assertThat(copy.reasons().get(0).value()).isEqualTo(copy.cosine()).isGreaterThan(0.99);
      }
      assertThat(verdicts.get(group + "-1.png").cluster())
          .isEqualTo(original.cluster())
          .isEqualTo(copy.cluster());
      clusters.add(original.cluster());
    }
    assertThat(clusters).doesNotHaveDuplicates();
    assertThat(verdicts.values())
        .flatExtracting(VerdictRow::reasons)
        .filteredOn(reason -> reason.code().equals("OVER_REPRESENTED"))
        .hasSizeBetween(2, 3)
        .allSatisfy(reason -> assertThat(reason.value()).isGreaterThan(3))
        .allSatisfy(reason -> assertThat(reason.sentence()).endsWith(", 3 are kept."));

    disc(photos.resolve("1-large.png"), colours[1], 1, 192);
    IntakeJob.run(small.context(), small.photosUri());
    assertThat(CurateJob.run(small.context(settings)).counts()).containsEntry("predicted", 1L);
    Map<String, VerdictRow> later = verdicts(small);
    assertThat(later).containsAllEntriesOf(verdicts);
    assertThat(later.get("1-large.png").dupOf()).isEqualTo(later.get("1-1.png").inputId());

    assertThat(CurateJob.run(small.context("curate.rules=dataset")).counts())
        .containsEntry("predicted", 0L);
  }

  private static Rules alikeOnly() {
    return Rules.parse(RULES.replace("threshold: 3,", "threshold: 1000,"), "test");
  }

  private static void add(
      List<Photo> photos, List<Integer> groups, int group, float[] embedding, Random random) {
    photos.add(new Photo(id(random.nextLong()), random.nextInt(5), true, embedding));
    groups.add(group);
  }

  /** Hashes in hexadecimal, as ids are. */
  private static String id(long seed) {
    return Hashes.ofFields(seed);
  }

  private static float[] near(float[] centre, double distance, Random random) {
    double[] moved = new double[centre.length];
    double squares = 0;
    for (int i = 0; i < moved.length; i++) {
      moved[i] = centre[i] + random.nextGaussian() * distance / Math.sqrt(moved.length);
      squares += moved[i] * moved[i];
    }
    float[] unit = new float[moved.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (moved[i] / Math.sqrt(squares));
    }
    return unit;
  }

  private static Map<String, String> greedy(List<Photo> group) {
    List<Photo> ranked = new ArrayList<>(group);
    ranked.sort(
        (a, b) ->
            a.pixels() != b.pixels()
                ? Double.compare(b.pixels(), a.pixels())
                : a.id().compareTo(b.id()));
    List<Photo> kept = new ArrayList<>();
    Map<String, String> left = new TreeMap<>();
    for (Photo photo : ranked) {
      Photo closest =
          kept.stream()
              .max((a, b) -> Double.compare(cosine(photo, a), cosine(photo, b)))
              .orElse(null);
      if (closest != null && cosine(photo, closest) > 0.99) {
        left.put(photo.id(), closest.id());
      } else {
        kept.add(photo);
      }
    }
    return left;
  }

  private static double cosine(Photo one, Photo other) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += (double) one.embedding()[i] * other.embedding()[i];
    }
    return sum;
  }

  private static Map<String, Row> find(
      List<Photo> photos, Rules rules, int clusters, int partitions) {
    List<Row> rows = new ArrayList<>();
    List<Row> embeddings = new ArrayList<>();
    for (Photo photo : photos) {
      Float[] boxed = new Float[SIZE];
      Arrays.setAll(boxed, i -> photo.embedding()[i]);
      String asset = "a" + photo.id();
      rows.add(
          RowFactory.create(
              photo.id(), "s", asset, "0", 7.0, photo.pixels(), 1.0, 1L, photo.fresh()));
      embeddings.add(RowFactory.create(asset, boxed));
    }
    return SemanticCopies.find(
            TestSession.get().createDataFrame(rows, PHOTO).repartition(partitions),
            TestSession.get().createDataFrame(embeddings, EMBEDDING).repartition(partitions),
            rules,
            OptionalInt.of(clusters))
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getAs("input_id"), row -> row));
  }

  /** A gray disc on a coloured ground, with noise of its own. */
  private static void disc(Path file, int colour, int place, int side) throws IOException {
    Random random = new Random(file.getFileName().toString().hashCode());
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      double x = (i % side + 0.5) / side - 0.2 - 0.15 * place;
      double y = (i / side + 0.5) / side - (place % 2 == 0 ? 0.3 : 0.7);
      boolean inside = x * x + y * y < 0.03;
      for (int c = 0; c < 3; c++) {
        int value = inside ? 150 : colour >> (16 - 8 * c) & 0xFF;
        rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, value + random.nextInt(41) - 20));
      }
    }
    Files.write(file, Thumbnails.png(new Rgb(rgb, side, side)));
  }

  private static Map<String, VerdictRow> verdicts(SmallRun small) {
    Map<String, String> names =
        small.context().tables().assets().rows().stream()
            .collect(
                Collectors.toMap(
                    AssetRow::inputId,
                    row -> row.source().substring(row.source().lastIndexOf('/') + 1)));
    return small.context().tables().verdicts().rows().stream()
        .filter(row -> row.rulesVersion().startsWith("varied-"))
        .collect(Collectors.toMap(row -> names.get(row.inputId()), row -> row));
  }
}
