package io.atelier.table;

/**
 * What a write changed. Both zero: the table has no new version.
 *
 * @param inserted rows that were not there
 * @param updated rows that were replaced
 */
public record Written(long inserted, long updated) {
  /** Nothing was written. */
  public static final Written NOTHING = new Written(0, 0);

  /** What this write and another one changed together. */
  public Written and(Written other) {
    return new Written(inserted + other.inserted, updated + other.updated);
  }

  /** Rows inserted or replaced. */
  public long rows() {
    return inserted + updated;
  }
}
