package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import org.apache.spark.sql.Row;

/** One image that came in: a row of {@code assets}. */
public record AssetRow(
    @Column("Key: sha-256 over subject, source, member and asset id") String inputId,
    @Column("Whose photo: a subject or a dataset") String subjectId,
    @Column(value = "sha-256 of the bytes; null if they could not be read", nullable = true)
        String assetId,
    @Column(
            value =
                "Where it came from: the path inside the photo folder, or the URI of a dataset's"
                    + " file, tar, table or web address",
            personal = true)
        String source,
    @Column(
            value = "Which part of the source: a tar's member, a table's key or row; null for all",
            nullable = true,
            personal = true)
        String member,
    @Column(
            value = "Copy, relative to the lake's root; null if unreadable",
            nullable = true,
            personal = true)
        String uri,
    @Column(value = "Size in bytes; null if unreadable", nullable = true) Long bytes,
    @Column(value = "By magic number, e.g. image/jpeg; null if unknown", nullable = true)
        String mediaType,
    @Column(value = "What was written beside it", nullable = true, personal = true) String caption,
    @Column(value = "Its class as the dataset gives it", nullable = true, personal = true)
        String label,
    @Column(value = "When the source was last written, UTC; null if unknown", nullable = true)
        Instant modifiedAt,
    @Column("REGISTERED or UNREADABLE") String status,
    @Column(value = "Why it is unreadable", nullable = true, personal = true) String reason,
    @Column("When it was registered, UTC") Instant createdAt,
    @Column("Run that registered it") String runId)
    implements Serializable {

  /** The table {@code assets}. */
  public static final TableSpec<AssetRow> TABLE =
      TableSpec.of("assets", AssetRow.class)
          .key("input_id")
          .check("input_id_form", "length(input_id) = 64")
          .check("status_known", "status IN ('REGISTERED', 'UNREADABLE')")
          .check(
              "registered_is_complete",
              "status = 'UNREADABLE' OR (asset_id IS NOT NULL AND uri IS NOT NULL AND bytes IS NOT NULL)")
          .check("asset_id_form", "asset_id IS NULL OR length(asset_id) = 64")
          .check("bytes_range", "bytes IS NULL OR bytes >= 0")
          .check("reason_given", "status = 'REGISTERED' OR reason IS NOT NULL")
          .statistics(
              "subject_id", "input_id", "asset_id", "status", "bytes", "created_at", "run_id")
          .clusterBy("subject_id")
          .changeFeed()
          .build();

  /**
   * Where an input came from, for people: the source, and behind an exclamation mark which part.
   */
  public static String place(Row row) {
    String member = row.getAs("member");
    return row.getAs("source") + (member == null ? "" : "!" + member);
  }
}
