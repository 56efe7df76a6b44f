package io.atelier.report;

import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A piece of a page. Whatever is put into a template is escaped unless it is itself a piece, so
 * that a name or a prompt cannot become markup by an oversight.
 */
record Html(String text) {
  static final Html NONE = new Html("");

  private static final String HOLE = "{}";

  /** Fills the holes {@code {}} of a template, in order. */
  static Html of(String template, Object... parts) {
    StringBuilder out = new StringBuilder(template.length() + 32 * parts.length);
    int from = 0;
    for (Object part : parts) {
      int hole = template.indexOf(HOLE, from);
      if (hole < 0) {
        throw new IllegalArgumentException("Too many parts for the template " + template);
      }
      out.append(template, from, hole);
      out.append(part instanceof Html html ? html.text() : escape(String.valueOf(part)));
      from = hole + HOLE.length();
    }
    if (template.indexOf(HOLE, from) >= 0) {
      throw new IllegalArgumentException("Too few parts for the template " + template);
    }
    return new Html(out.append(template, from, template.length()).toString());
  }

  /** One piece for each item. */
  static <T> Html each(Collection<T> items, Function<? super T, Html> piece) {
    return new Html(items.stream().map(i -> piece.apply(i).text()).collect(Collectors.joining()));
  }

  /** The piece, or nothing. */
  static Html when(boolean condition, Html piece) {
    return condition ? piece : NONE;
  }

  /** Safe inside an element and inside a quoted attribute. */
  static String escape(String raw) {
    StringBuilder out = new StringBuilder(raw.length() + 16);
    raw.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (c) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(printable(c) ? c : 0xFFFD);
    }
  }

  /** Control characters and half surrogates are not allowed in a page. */
  private static boolean printable(int c) {
    boolean space = c == '\n' || c == '\t' || c == '\r';
    return space || !(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }
}
