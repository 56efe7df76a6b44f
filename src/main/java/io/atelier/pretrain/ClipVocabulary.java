package io.atelier.pretrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A byte-pair vocabulary for CLIP (Sennrich et al., Neural Machine Translation of Rare Words with
 * Subword Units, 2016) over the words of some captions: merged until every word is one token. Other
 * words fall into letters.
 *
 * @param ids token by id: 256 bytes, the same at the end of a word, merges, start and end token
 * @param merges pairs with a space between, the first merged first
 */
record ClipVocabulary(List<String> ids, List<String> merges) {
  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";
  private static final String LAST = "</w>";
  private static final Pattern WORD = Pattern.compile("\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+");

  /** The vocabulary of these captions. */
  static ClipVocabulary of(List<String> captions) {
    Map<List<String>, Long> words = words(captions);
    List<String> merges = new ArrayList<>();
    List<String> ids = new ArrayList<>(bytes());
    ids.addAll(bytes().stream().map(b -> b + LAST).toList());
    for (List<String> pair = commonest(words); pair != null; pair = commonest(words)) {
      merges.add(String.join(" ", pair));
      ids.add(String.join("", pair));
      words = merged(words, pair);
    }
    ids.add(START);
    ids.add(END);
    return new ClipVocabulary(List.copyOf(ids), List.copyOf(merges));
  }

  private static Map<List<String>, Long> words(List<String> captions) {
    Map<List<String>, Long> words = new HashMap<>();
    for (String caption : captions) {
      Matcher word = WORD.matcher(caption);
      while (word.find()) {
        words.merge(letters(word.group()), 1L, Long::sum);
      }
    }
    return words;
  }

  /** Captions are ASCII, where a byte's token is the character itself. */
  private static List<String> letters(String word) {
    List<String> letters = new ArrayList<>(List.of(word.split("")));
    letters.set(letters.size() - 1, letters.get(letters.size() - 1) + LAST);
    return letters;
  }

  /** The commonest neighbours in words of more than one token, or null if there are none. */
  private static List<String> commonest(Map<List<String>, Long> words) {
    Map<List<String>, Long> pairs = new HashMap<>();
    words.forEach(
        (word, count) -> {
          for (int i = 0; i + 1 < word.size(); i++) {
            pairs.merge(word.subList(i, i + 2), count, Long::sum);
          }
        });
    return pairs.entrySet().stream()
        .max(
            Map.Entry.<List<String>, Long>comparingByValue()
                .thenComparing(e -> String.join(" ", e.getKey()), Comparator.reverseOrder()))
        .map(e -> List.copyOf(e.getKey()))
        .orElse(null);
  }

  private static Map<List<String>, Long> merged(Map<List<String>, Long> words, List<String> pair) {
    Map<List<String>, Long> result = new HashMap<>();
    words.forEach((word, count) -> result.put(merged(word, pair), count));
    return result;
  }

  private static List<String> merged(List<String> word, List<String> pair) {
    List<String> result = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      boolean found = i + 1 < word.size() && word.subList(i, i + 2).equals(pair);
      result.add(found ? word.get(i) + word.get(++i) : word.get(i));
    }
    return result;
  }

  /** GPT-2's printable character of each byte, those that stand for themselves first. */
  private static List<String> bytes() {
    Map<Integer, Integer> table = new TreeMap<>();
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean plain = b > 32 && b < 127 || b > 160 && b < 173 || b > 173;
      table.put(plain ? b : next++, b);
    }
    return table.keySet().stream().map(Character::toString).toList();
  }

  /** Id of each token. */
  Map<String, Integer> byToken() {
    Map<String, Integer> result = new LinkedHashMap<>();
    ids.forEach(token -> result.put(token, result.size()));
    return result;
  }
}
