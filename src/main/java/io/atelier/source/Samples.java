package io.atelier.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Groups neighbouring members into samples and gives one image for every member that is no sidecar.
 * Of the sidecars {@code .txt} and {@code .caption} are the caption, else the field {@code caption}
 * or {@code text} of {@code .json}; {@code .cls} is the label. A sample of sidecars alone gives
 * nothing. One sample is in memory at a time.
 */
public final class Samples implements Iterator<Incoming> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> CAPTION_FIELDS = List.of("caption", "text", "TEXT");
  private static final int LONGEST_TEXT = 10_000;

  private final Iterator<Member> members;
  private final Function<Member, String> sample;
  private final BiFunction<Member, Texts, Incoming> image;
  private final Deque<Incoming> ready = new ArrayDeque<>();
  private Member next;

  /** What the sidecars of a sample say; null for nothing. */
  public record Texts(String caption, String label) {}

  /**
   * The images among members whose samples lie together.
   *
   * @param sample what the members of a sample share
   * @param image makes the image of a member
   */
  public Samples(
      Iterator<Member> members,
      Function<Member, String> sample,
      BiFunction<Member, Texts, Incoming> image) {
    this.members = members;
    this.sample = sample;
    this.image = image;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && (next != null || members.hasNext())) {
      group();
    }
    return !ready.isEmpty();
  }

  @Override
  public Incoming next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void group() {
    Member first = next == null ? members.next() : next;
    next = null;
    List<Member> group = new ArrayList<>(List.of(first));
    while (next == null && members.hasNext()) {
      Member member = members.next();
      if (sample.apply(member).equals(sample.apply(first))) {
        group.add(member);
      } else {
        next = member;
      }
    }
    List<Member> images = group.stream().filter(member -> !member.isSidecar()).toList();
    if (!images.isEmpty()) {
      // Which of two captions counts must not depend on the order of a listing.
      Texts texts = texts(group.stream().sorted(Comparator.comparing(Member::path)).toList());
      images.forEach(member -> ready.add(image.apply(member, texts)));
    }
  }

  private static Texts texts(List<Member> group) {
    Optional<String> caption =
        text(group, "txt").or(() -> text(group, "caption")).or(() -> json(group));
    return new Texts(caption.orElse(null), text(group, "cls").orElse(null));
  }

  private static Optional<String> text(List<Member> group, String extension) {
    return group.stream()
        .filter(member -> member.extension().equals(extension))
        .findFirst()
        .flatMap(Samples::bytes)
        .flatMap(bytes -> cleaned(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static Optional<String> json(List<Member> group) {
    return group.stream()
        .filter(member -> member.extension().equals("json"))
        .findFirst()
        .flatMap(Samples::bytes)
        .flatMap(Samples::captionField);
  }

  private static Optional<String> captionField(byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      return CAPTION_FIELDS.stream()
          .map(root::path)
          .filter(JsonNode::isTextual)
          .findFirst()
          .flatMap(text -> cleaned(text.textValue()));
    } catch (JsonProcessingException noJson) {
      return Optional.empty();
    } catch (IOException impossible) {
      throw new IllegalStateException("bytes can be read", impossible);
    }
  }

  /** A caption that cannot be read is a caption that is missing; its image may still be good. */
  private static Optional<byte[]> bytes(Member member) {
    try {
      return Optional.of(member.content().read());
    } catch (AtelierException unreadable) {
      return Optional.empty();
    }
  }

  /** A text without a byte order mark and surrounding space; none if it is empty or endless. */
  public static Optional<String> cleaned(String text) {
    String clean = text.replace("\uFEFF", "").strip();
    return clean.isEmpty() || clean.length() > LONGEST_TEXT ? Optional.empty() : Optional.of(clean);
  }
}
