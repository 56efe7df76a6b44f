package io.atelier.caption;

/**
 * Describes a photo in words. A caption names what changes from photo to photo (framing, light,
 * colours, pose, place) and leaves out the fixed traits of the subject, which the adapter learns.
 */
public interface Captioner {

  /** A stable name, recorded with every caption. */
  String id();

  /**
   * The version of the rules or weights behind it: a caption is only recomputed when it changes.
   */
  String revision();

  /** A caption in plain English, without a trigger token. */
  String caption(Attributes photo);
}
