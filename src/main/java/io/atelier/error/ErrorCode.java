package io.atelier.error;

/** What went wrong, as a stable name that a person can search for and a scheduler can count. */
public enum ErrorCode {
  BAD_COMMAND_LINE(Category.USAGE),
  BAD_CONFIG(Category.USER),
  BAD_INPUT(Category.USER),
  NO_CAPTION(Category.USER),
  PHOTO_REFUSED(Category.USER),
  BAD_CHECKPOINT(Category.USER),
  BAD_ADAPTER(Category.USER),
  BAD_SAFETENSORS(Category.USER),
  BAD_STYLE_PACK(Category.USER),
  BAD_TABLE(Category.USER),
  BAD_ENDPOINT(Category.USER),
  TRAINING_DIVERGED(Category.USER),
  NOT_FOUND(Category.USER),
  INTERNAL(Category.INTERNAL),
  OUT_OF_MEMORY(Category.RESOURCE),
  NO_DEVICE(Category.RESOURCE),
  EXECUTORS_LOST(Category.TRANSIENT),
  STORE_UNAVAILABLE(Category.TRANSIENT),
  ENDPOINT_UNAVAILABLE(Category.TRANSIENT),
  TABLE_CONFLICT(Category.TRANSIENT);

  /** Who can mend it; decides the exit code of the process. */
  public enum Category {
    /** The command line is wrong. */
    USAGE,
    /** The person who runs it can fix it: an input, a setting, a file. */
    USER,
    /** A defect of this program. */
    INTERNAL,
    /** Memory, disk or a device is missing. */
    RESOURCE,
    /** The same call may succeed later. */
    TRANSIENT
  }

  private final Category category;

  ErrorCode(Category category) {
    this.category = category;
  }

  /** Who can mend it. */
  public Category category() {
    return category;
  }
}
