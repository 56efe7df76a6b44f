package io.atelier.style;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a style pack and checks all of it before it complains, so that one run shows every mistake.
 */
final class PackReader {
  private static final Set<String> PACK_KEYS =
      Set.of("name", "title", "description", "defaults", "looks");
  private static final String NAME = "[a-z0-9][a-z0-9_-]{0,63}";
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Problems problems;

  private PackReader(String origin) {
    problems = new Problems(origin);
  }

  static StylePack read(String yaml, String origin) {
    JsonNode root;
    try {
      root = YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new AtelierException(
          ErrorCode.BAD_STYLE_PACK,
          "Style pack " + origin + " is not YAML: " + e.getOriginalMessage() + location(e),
          e);
    }
    PackReader reader = new PackReader(origin);
    StylePack pack = reader.pack(root);
    reader.problems.throwIfAny();
    return pack;
  }

  private static String location(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }

  private StylePack pack(JsonNode root) {
    if (!root.isObject()) {
      problems.add("the pack", "is no mapping; it starts with 'name: ...'");
      return null;
    }
    problems.unknownKeys("the pack", root, PACK_KEYS);
    Section top = new Section("the pack", root, null, problems);
    String name = top.name("name", NAME);
    String title = top.text("title", "");
    if (title.isBlank()) {
      problems.add("the pack", "has no title; give it one for people");
    }
    JsonNode defaults = root.path("defaults");
    if (!defaults.isMissingNode() && !defaults.isObject()) {
      problems.add("defaults", "is no mapping");
    }
    problems.unknownKeys("defaults", defaults, Section.RENDER_KEYS);
    List<Look> looks = looks(root.path("looks"), name, defaults);
    return new StylePack(name, title, top.text("description", ""), looks);
  }

  private List<Look> looks(JsonNode list, String pack, JsonNode defaults) {
    List<Look> looks = new ArrayList<>();
    if (!list.isArray() || list.isEmpty()) {
      problems.add("the pack", "has no looks; list at least one under 'looks:'");
      return looks;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode node = list.get(i);
      String where = "looks[" + i + "]";
      if (!node.isObject()) {
        problems.add(where, "is no mapping with a name and a prompt");
        continue;
      }
      String label = node.path("name").isTextual() ? " '" + node.path("name").asText() + "'" : "";
      Look look = look(new Section(where + label, node, defaults, problems), node, pack);
      if (!names.add(look.name())) {
        problems.add(where + label, "has the name of an earlier look; names must differ");
      }
      looks.add(look);
    }
    return looks;
  }

  private Look look(Section section, JsonNode node, String pack) {
    Set<String> known = new HashSet<>(Section.RENDER_KEYS);
    known.add("name");
    known.add("prompt");
    problems.unknownKeys(section.where(), node, known);
    String name = section.name("name", NAME);
    double trueCfg = section.decimal("true_cfg", 1, 1, 20);
    String negative = section.text("negative", "");
    if (!negative.isEmpty() && trueCfg == 1) {
      problems.add(
          section.where(),
          "has a negative prompt that does nothing; raise true_cfg above 1 or leave it out");
    }
    return new Look(
        name,
        section.prompt(),
        negative,
        section.decimal("guidance", 3.5, 0, 30),
        trueCfg,
        section.integer("steps", 28, 1, 100),
        section.side("width"),
        section.side("height"),
        section.seeds(pack, name));
  }
}
