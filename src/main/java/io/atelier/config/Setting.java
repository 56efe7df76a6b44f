package io.atelier.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** One setting: default, meaning and allowed values of a record component in {@link Settings}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /**
   * The default, written as in the YAML file. An empty text is "not set" for an optional setting
   * and the empty list for a list, whose items are separated by commas.
   */
  String value();

  /** What it does, in one sentence, with the unit. */
  String doc();

  /** Least value, inclusive. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Greatest value, inclusive. */
  double max() default Double.POSITIVE_INFINITY;

  /** A whole number must be a multiple of this. */
  int multipleOf() default 1;

  /** The only values a text may have; empty: any. */
  String[] choices() default {};
}
