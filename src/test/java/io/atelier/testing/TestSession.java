package io.atelier.testing;

import io.atelier.spark.Sessions;
import org.apache.spark.sql.SparkSession;

/**
 * One Spark session on two threads for all Spark tests of a JVM; opened again if a command stopped
 * it.
 */
public final class TestSession {
  private static SparkSession session;

  private TestSession() {}

  /** The session, open. */
  public static synchronized SparkSession get() {
    if (session == null || session.sparkContext().isStopped()) {
      System.setProperty("spark.master", "local[2]");
      session = Sessions.open("atelier-tests", Sessions.Kind.MODEL);
    }
    return session;
  }
}
