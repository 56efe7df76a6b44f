package io.atelier.job;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.AdapterLineage;
import io.atelier.store.Locations;
import io.atelier.store.Store;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The optional {@code subjects.yaml} beside the subjects' folders:
 *
 * <pre>{@code
 * subjects:
 *   ana:
 *     class_noun: woman
 *     trigger_token: anavex
 *     consent: contract 2026-17
 *     allowed_packs: [studio, outdoors]
 * }</pre>
 *
 * <p>What is not said stays as it was; of a new subject, every pack is allowed. {@code ["*"]}
 * allows every pack again, {@code []} none: that is how a consent is withdrawn.
 */
record SubjectsFile(Map<String, Details> subjects) {
  private static final Details NOTHING = new Details(null, null, null, null);
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final String NOUN = "class_noun";
  private static final String TOKEN = "trigger_token";
  private static final String CONSENT = "consent";
  private static final String PACKS = "allowed_packs";
  private static final Set<String> KEYS = new TreeSet<>(Set.of(NOUN, TOKEN, CONSENT, PACKS));
  private static final String PACK = "[a-z0-9][a-z0-9_-]{0,63}(@[0-9a-f]{12})?";

  /**
   * What is said of one subject; null where nothing is.
   *
   * @param consent empty to take back what was said before
   * @param allowedPacks {@link AdapterLineage.Contract#ANY_PACK} alone for every pack
   */
  record Details(
      String classNoun, String triggerToken, String consent, List<String> allowedPacks) {}

  /**
   * Reads the file of a folder; without one, nothing is said of anybody.
   *
   * @param folders names that have photos in the folder
   * @param known people whom the lake knows already, of whom something may be said without photos:
   *     that they withdraw their consent, say
   */
  static SubjectsFile read(Store store, URI folder, Set<String> folders, Set<String> known) {
    URI uri = Locations.child(folder, PhotoFolder.SUBJECTS_FILE);
    if (!store.exists(uri)) {
      return new SubjectsFile(Map.of());
    }
    return parse(
        new String(store.read(uri), StandardCharsets.UTF_8), Locations.text(uri), folders, known);
  }

  static SubjectsFile parse(String yaml, String uri, Set<String> folders, Set<String> known) {
    List<String> problems = new ArrayList<>();
    Map<String, Details> subjects = new TreeMap<>();
    JsonNode root = tree(yaml, uri);
    root.fieldNames()
        .forEachRemaining(
            key -> {
              if (!key.equals("subjects")) {
                problems.add("'" + key + "' is not known; the only key here is 'subjects'");
              }
            });
    JsonNode listed = root.path("subjects");
    if (!listed.isObject() && !absent(listed)) {
      problems.add("'subjects' must be a mapping from a folder's name to what is said of it");
    }
    fields(listed)
        .forEach(
            (name, node) -> {
              if (!folders.contains(name) && !known.contains(name)) {
                problems.add(
                    "subject '"
                        + name
                        + "' has no folder, and the lake does not know it; the folders are "
                        + folders);
              }
              subjects.put(name, details(name, node, problems));
            });
    Set<String> tokens = new TreeSet<>();
    subjects.forEach(
        (name, details) -> {
          if (details.triggerToken() != null && !tokens.add(details.triggerToken())) {
            problems.add("trigger_token '" + details.triggerToken() + "' is given twice");
          }
        });
    if (!problems.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          uri
              + " has problems, and nothing was registered. Correct it: "
              + String.join("; ", problems));
    }
    return new SubjectsFile(subjects);
  }

  /** Of whom something is said. */
  Set<String> names() {
    return subjects.keySet();
  }

  Details get(String name) {
    return subjects.getOrDefault(name, NOTHING);
  }

  Set<String> triggerTokens() {
    Set<String> tokens = new TreeSet<>();
    for (Details details : subjects.values()) {
      if (details.triggerToken() != null) {
        tokens.add(details.triggerToken());
      }
    }
    return tokens;
  }

  private static Details details(String name, JsonNode node, List<String> problems) {
    if (!node.isObject() && !absent(node)) {
      problems.add("'" + name + "' must be a mapping with keys of " + KEYS);
    }
    Map<String, JsonNode> fields = fields(node);
    fields.forEach(
        (key, value) -> {
          if (value.isContainerNode() && !key.equals(PACKS)) {
            problems.add("'" + key + "' of '" + name + "' must be a text");
          }
        });
    fields
        .keySet()
        .forEach(
            key -> {
              if (!KEYS.contains(key)) {
                problems.add("'" + key + "' of '" + name + "' is not known; known are " + KEYS);
              }
            });
    String token = text(fields.get(TOKEN));
    if (token != null && !token.matches("[a-z0-9_]{3,32}")) {
      problems.add(
          "trigger_token '" + token + "' of '" + name + "' must be 3 to 32 of a-z, 0-9 and _");
    }
    return new Details(
        text(fields.get(NOUN)), token, consent(fields), packs(name, fields.get(PACKS), problems));
  }

  /** An empty one takes back what was said before. */
  private static String consent(Map<String, JsonNode> fields) {
    String text = text(fields.get(CONSENT));
    return text == null && fields.containsKey(CONSENT) ? "" : text;
  }

  private static List<String> packs(String name, JsonNode node, List<String> problems) {
    if (node == null || node.isNull()) {
      return null;
    }
    List<String> packs = new ArrayList<>();
    node.forEach(item -> packs.add(item.asText()));
    boolean any = packs.equals(List.of(AdapterLineage.Contract.ANY_PACK));
    if (!node.isArray() || !(any || packs.stream().allMatch(pack -> pack.matches(PACK)))) {
      problems.add(
          "allowed_packs "
              + node
              + " of '"
              + name
              + "' must be a list of packs by name, such as [studio], or name@version; [\"*\"] is"
              + " every pack, [] none");
    }
    return packs;
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static String text(JsonNode node) {
    return node == null || node.isNull() || node.asText().isBlank() ? null : node.asText().strip();
  }

  private static Map<String, JsonNode> fields(JsonNode node) {
    Map<String, JsonNode> fields = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> field = it.next();
      fields.put(field.getKey(), field.getValue());
    }
    return fields;
  }

  private static JsonNode tree(String yaml, String uri) {
    try {
      JsonNode root = YAML.readTree(yaml);
      if (root != null && (root.isObject() || root.isMissingNode() || root.isNull())) {
        return root;
      }
      throw new AtelierException(
          ErrorCode.BAD_INPUT, uri + " is no mapping; it must start with 'subjects:'.");
    } catch (JsonProcessingException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, uri + " is not valid YAML: " + e.getOriginalMessage(), e);
    }
  }
}
