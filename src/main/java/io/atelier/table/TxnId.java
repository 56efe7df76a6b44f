package io.atelier.table;

/**
 * Names one write, so that Delta does it at most once. Delta drops a write in silence if it has
 * seen the same or a higher version of the same application; {@link LakeTable} makes that an error
 * if rows would get lost.
 *
 * @param application who writes: stage, table and run
 * @param version the how many-th write of this application, from 1
 * @param runId the run, written into the commit's {@code userMetadata}
 */
public record TxnId(String application, long version, String runId) {

  /** The first write of a stage's run to a table. */
  public static TxnId of(String stage, String table, String runId) {
    return new TxnId(stage + "/" + table + "/" + runId, 1, runId);
  }

  /** The write after this one, by the same application. */
  public TxnId next() {
    return new TxnId(application, version + 1, runId);
  }
}
