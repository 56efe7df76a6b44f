package io.atelier.worker;

import java.io.Serializable;

/**
 * An adapter under another contract.
 *
 * @param uri adapter file, relative to the lake's root; null if it failed
 * @param reason why it failed; null if it did not
 */
public record IssuedAdapter(String adapterId, String uri, String sha256, Long bytes, String reason)
    implements PersonalFile<IssuedAdapter>, Serializable {

  @Override
  public IssuedAdapter without(String why) {
    return new IssuedAdapter(adapterId, null, null, null, why);
  }
}
