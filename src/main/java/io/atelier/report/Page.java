package io.atelier.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The frame of every page: it needs no network and no script. */
final class Page {
  private static final Html STYLE = new Html(resource("report.css"));

  private Page() {}

  static byte[] bytes(String title, Html body) {
    return Html.of(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <meta name="referrer" content="no-referrer">
            <title>{}</title>
            <style>
            {}</style>
            </head>
            <body>
            {}</body>
            </html>
            """,
            title,
            STYLE,
            body)
        .text()
        .getBytes(UTF_8);
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
