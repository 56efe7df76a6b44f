package io.atelier.table;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a record component means as a column; the text becomes the column's comment in Delta. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Column {
  /** What the column holds, with unit and range. */
  String value();

  /** Whether the column may be null; always so inside arrays. */
  boolean nullable() default false;

  /** Whether the values say something about a person; such columns get no file statistics. */
  boolean personal() default false;
}
