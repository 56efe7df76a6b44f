package io.atelier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.job.DatasetOptions.Columns;
import io.atelier.job.DatasetOptions.Format;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.store.Locations;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTables;
import io.atelier.testing.ImageServer;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lake; every test takes in a dataset of its own. */
class DatasetJobIT {
  private static final List<String> NAMES = List.of("one", "two", "three");

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void paints() {
    small = new SmallRun(folder).person("ana", 0, 3);
    tables = small.context().tables();
  }

  @Test
  void aFolderComesInWithCaptionsAndAgainOnlyWhatIsNew() throws IOException {
    Path images = folder.resolve("folder images");
    for (int i = 0; i < NAMES.size(); i++) {
      write(images.resolve("deep/" + NAMES.get(i) + ".jpg"), photo(i));
    }
    write(images.resolve("deep/one.txt"), "a cat \n".getBytes(UTF_8));
    write(images.resolve("page.html"), "no image".getBytes(UTF_8));
    write(images.resolve("large.jpg"), new byte[2_000_000]);
    write(images.resolve(".hidden"), new byte[1]);
    String[] settings = {"intake.max_bytes=1000000"};
    DatasetOptions options = options("folder", images, Format.FILES, Columns.NONE);

    StageResult first = DatasetJob.run(small.context(settings), options);
    assertThat(first.counts()).containsEntry("new", 5L).containsEntry("unreadable", 1L);
    Map<String, AssetRow> rows = assets("folder", AssetRow::source);
    AssetRow one = rows.get(Locations.text(Locations.file(images.resolve("deep/one.jpg"))));
    assertThat(one.caption()).isEqualTo("a cat");
    assertThat(one.assetId()).isEqualTo(Hashes.of(photo(0)));
    assertThat(small.lake().resolve(one.uri())).hasBinaryContent(photo(0));
    AssetRow large = rows.get(Locations.text(Locations.file(images.resolve("large.jpg"))));
    assertThat(large.reason()).contains("2000000 bytes", "intake.max_bytes");

    long version = tables.assets().version();
    StageResult again = DatasetJob.run(small.context(settings), options);
    // Only the one that failed is tried again.
    assertThat(again.counts()).containsEntry("total", 1L).containsEntry("new", 0L);
    assertThat(tables.assets().version()).isEqualTo(version);

    Path changed = images.resolve("deep/two.jpg");
    write(changed, photo(0));
    Files.setLastModifiedTime(changed, FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
    StageResult third = DatasetJob.run(small.context(settings), options);
    assertThat(third.counts()).containsEntry("total", 2L).containsEntry("new", 1L);
    assertThat(tables.subjects().rows())
        .filteredOn(row -> row.name().equals("folder"))
        .allMatch(row -> row.isDataset())
        .hasSize(1);
  }

  @Test
  void tarsStreamInAndATruncatedOneKeepsWhatIsBefore() throws Exception {
    Path in = folder.resolve("members");
    for (int i = 0; i < NAMES.size(); i++) {
      write(in.resolve(i + ".jpg"), photo(i));
      write(in.resolve(i + ".txt"), NAMES.get(i).getBytes(UTF_8));
    }
    Path tars = Files.createDirectories(folder.resolve("tars"));
    tar(in, tars.resolve("whole.tar"), "0.jpg", "0.txt", "1.jpg", "1.txt");
    tar(in, tars.resolve("zipped.tar.gz"), "2.jpg", "2.txt");
    Path cut = tars.resolve("cut.tar");
    Files.write(
        cut,
        Arrays.copyOf(Files.readAllBytes(tars.resolve("whole.tar")), 512 * 4 + photo(0).length));
    DatasetOptions options = options("tars", tars, Format.TAR, Columns.NONE);

    StageResult result = DatasetJob.run(small.context(), options);
    assertThat(result.counts()).containsEntry("total", 3L).containsEntry("unreadable", 1L);
    List<AssetRow> rows = List.copyOf(assets("tars", AssetRow::inputId).values());
    assertThat(rows)
        .filteredOn(row -> row.status().equals("REGISTERED"))
        .extracting(row -> name(row.source()) + "!" + row.member() + " " + row.caption())
        .containsExactlyInAnyOrder(
            "whole.tar!0.jpg one",
            "whole.tar!1.jpg two",
            "zipped.tar.gz!2.jpg three",
            "cut.tar!0.jpg one");
    assertThat(rows)
        .filteredOn(row -> row.status().equals("UNREADABLE"))
        .singleElement()
        .satisfies(row -> assertThat(row.source()).endsWith("cut.tar"))
        .satisfies(row -> assertThat(row.reason()).contains("cannot be read on from here"));
    // The damaged tar is looked at again, the others are not.
    assertThat(DatasetJob.run(small.context(), options).counts())
        .containsEntry("total", 1L)
        .containsEntry("new", 0L);
  }

  @Test
  void addressesInAColumnAreFetchedAndEveryFailureIsARow() throws IOException {
    Path local = folder.resolve("local.jpg");
    write(local, photo(2));
    try (ImageServer server = new ImageServer()) {
      server.gives("/1.jpg", photo(0)).gives("/2.jpg", photo(1)).failsFirst("/2.jpg", 503, 1);
      server.gives("/large.jpg", new byte[2_000_000]);
      List<String> urls =
          Arrays.asList(
              server.url("/1.jpg"),
              server.url("/2.jpg"),
              server.url("/gone.jpg"),
              server.url("/large.jpg"),
              local.toString(),
              "no such file.jpg",
              null);
      Path table = folder.resolve("urls");
      TestSession.get()
          .createDataFrame(
              urls.stream().map(url -> RowFactory.create(url, "text of " + url)).toList(),
              new StructType().add("URL", "string").add("TEXT", "string"))
          .write()
          .parquet(table.toString());
      DatasetOptions options =
          options(
              "urls",
              table,
              Format.PARQUET,
              columns(Optional.empty(), Optional.of("URL"), Optional.empty()));
      String[] settings = {"intake.max_bytes=1000000", "intake.fetch_first_wait=0.01"};

      StageResult result = DatasetJob.run(small.context(settings), options);
      assertThat(result.counts())
          .containsEntry("total", 7L)
          .containsEntry("new", 7L)
          .containsEntry("unreadable", 4L);
      Map<String, AssetRow> rows = assets("urls", AssetRow::source);
      assertThat(rows.get(urls.get(1)).assetId()).isEqualTo(Hashes.of(photo(1)));
      assertThat(rows.get(urls.get(1)).caption()).isEqualTo("text of " + urls.get(1));
      assertThat(rows.get(urls.get(2)).reason()).contains("status 404");
      assertThat(rows.get(urls.get(3)).reason()).contains("larger than 1000000 bytes");
      assertThat(rows.get(local.toString()).assetId()).isEqualTo(Hashes.of(photo(2)));
      assertThat(rows.get("no such file.jpg").reason()).contains("NOT_FOUND");

      DatasetJob.run(small.context(settings), options);
      assertThat(server.requests("/1.jpg")).isEqualTo(1);
      assertThat(server.requests("/2.jpg")).isEqualTo(2);
      assertThat(server.requests("/gone.jpg")).isEqualTo(2);
    }
  }

  @Test
  void whatComesInIsCommittedInPortions() throws IOException {
    StructType columns =
        new StructType().add("key", "string").add("bytes", "binary").add("class", "string");
    List<Row> images = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      images.add(RowFactory.create("k" + i, photo(i % 3), null));
    }
    Path parquet = folder.resolve("portions.parquet");
    TestSession.get()
        .createDataFrame(images, columns)
        .repartition(20)
        .write()
        .option("maxRecordsPerFile", 1)
        .parquet(parquet.toString());
    long before = tables.assets().version();
    // A file a task, and eight tasks a portion on two cores.
    TestSession.get().conf().set("spark.sql.files.openCostInBytes", "512m");
    try {
      StageResult result =
          DatasetJob.run(
              small.context(),
              options(
                  "portions",
                  parquet,
                  Format.PARQUET,
                  columns(Optional.of("bytes"), Optional.empty(), Optional.of("key"))));
      assertThat(result.counts()).containsEntry("new", 20L);
    } finally {
      TestSession.get().conf().unset("spark.sql.files.openCostInBytes");
    }
    assertThat(tables.assets().version() - before).isGreaterThan(1);
    assertThat(assets("portions", AssetRow::member)).hasSize(20);
  }

  @Test
  void bytesInAColumnOfParquetOrDeltaComeIn() throws IOException {
    StructType image = new StructType().add("bytes", "binary").add("path", "string");
    var rows =
        TestSession.get()
            .createDataFrame(
                Arrays.asList(
                    RowFactory.create("k1", RowFactory.create(photo(0), "x"), "3"),
                    RowFactory.create("k2", RowFactory.create(photo(0), "y"), null),
                    RowFactory.create("k3", RowFactory.create(null, "z"), null)),
                new StructType().add("key", "string").add("image", image).add("class", "string"));
    Path parquet = folder.resolve("bytes.parquet");
    Path delta = folder.resolve("bytes.delta");
    rows.coalesce(1).write().parquet(parquet.toString());
    rows.write().format("delta").save(delta.toString());
    Optional<String> bytes = Optional.of("image.bytes");

    DatasetJob.run(
        small.context(),
        options(
            "parquet",
            parquet,
            Format.PARQUET,
            columns(bytes, Optional.empty(), Optional.empty())));
    assertThat(assets("parquet", AssetRow::member).keySet())
        .containsExactlyInAnyOrder("0", "1", "2");
    DatasetOptions keyed =
        options("delta", delta, Format.DELTA, columns(bytes, Optional.empty(), Optional.of("key")));
    DatasetJob.run(small.context(), keyed);
    Map<String, AssetRow> members = assets("delta", AssetRow::member);
    assertThat(members.keySet()).containsExactlyInAnyOrder("k1", "k2", "k3");
    assertThat(members.get("k1").assetId()).isEqualTo(Hashes.of(photo(0)));
    assertThat(members.get("k1").label()).isEqualTo("3");
    assertThat(members.get("k3").reason()).contains("no bytes");
    assertThat(DatasetJob.run(small.context(), keyed).counts()).containsEntry("new", 0L);

    assertThatThrownBy(
            () ->
                DatasetJob.run(
                    small.context(),
                    options(
                        "bad",
                        parquet,
                        Format.PARQUET,
                        columns(Optional.of("key"), Optional.empty(), Optional.empty()))))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("Column 'key' holds string, not bytes")
        .hasMessageContaining("key, image, class");
  }

  @Test
  void aPlaceThatIsNotThereAndANameThatIsTakenAreToldBeforeAnythingIsWritten() {
    IntakeJob.run(small.context(), small.photosUri());
    long version = tables.assets().version();
    assertThatThrownBy(
            () ->
                DatasetJob.run(
                    small.context(),
                    options("x", folder.resolve("nowhere"), Format.FILES, Columns.NONE)))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(
            () ->
                DatasetJob.run(
                    small.context(), options("ana", small.photos(), Format.FILES, Columns.NONE)))
        .hasMessageContaining("'ana' is a subject of this lake already");
    assertThat(tables.assets().version()).isEqualTo(version);
  }

  private static Columns columns(
      Optional<String> bytes, Optional<String> url, Optional<String> key) {
    return new Columns(bytes, url, url.map(any -> "TEXT"), bytes.map(any -> "class"), key);
  }

  private static DatasetOptions options(String name, Path from, Format format, Columns columns) {
    return new DatasetOptions(name, Locations.file(from), format, columns);
  }

  private static Map<String, AssetRow> assets(String dataset, Function<AssetRow, String> key) {
    return tables.assets().rows().stream()
        .filter(row -> row.subjectId().equals(Ids.subject(dataset)))
        .collect(Collectors.toMap(key, Function.identity()));
  }

  private static String name(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  private static byte[] photo(int index) throws IOException {
    return Files.readAllBytes(small.photos().resolve("ana").resolve((index + 1) + ".jpg"));
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static void tar(Path in, Path tar, String... members) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("tar", "-caf", tar.toString()));
    command.addAll(List.of(members));
    assertThat(new ProcessBuilder(command).directory(in.toFile()).start().waitFor()).isZero();
  }
}
