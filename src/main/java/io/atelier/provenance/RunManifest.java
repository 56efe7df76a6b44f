package io.atelier.provenance;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * What is known of a stage's run when it starts; the end is a row of {@code runs}.
 *
 * @param runId id of the run, shared by all of its rows
 * @param stage name of the stage, e.g. {@code curate}
 * @param command the command line, without secrets
 * @param configHash hash of the effective settings
 * @param codeVersion version of this program
 * @param sparkVersion version of Spark
 * @param startedAt when it started
 */
public record RunManifest(
    String runId,
    String stage,
    String command,
    String configHash,
    String codeVersion,
    String sparkVersion,
    Instant startedAt)
    implements Serializable {

  /** A run that starts at {@code now}, with a new id. */
  public static RunManifest start(
      String stage, String command, String configHash, String sparkVersion, Instant now) {
    return new RunManifest(
        Ids.run(now), stage, command, configHash, CodeVersion.current(), sparkVersion, now);
  }

  /** Seconds from the start to {@code now}. */
  public double seconds(Instant now) {
    return Duration.between(startedAt, now).toNanos() / 1e9;
  }
}
