package io.atelier.config;

/**
 * A setting given on the command line.
 *
 * @param key such as {@code train.rank}
 * @param value the text
 * @param flag what the person typed, for messages: {@code --checkpoint}
 */
public record Flag(String key, String value, String flag) {}
