package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.provenance.Hashes;
import io.atelier.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** SHA-256 of what lies in a store. */
public final class StoredHash {
  private StoredHash() {}

  /**
   * Hash of a file's bytes.
   *
   * @throws AtelierException STORE_UNAVAILABLE if the connection breaks off
   */
  public static String of(Store store, URI file) {
    try (InputStream in = store.open(file)) {
      return Hashes.of(in);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE, "Cannot read all of " + file + ": " + e + ". Try again.", e);
    }
  }
}
