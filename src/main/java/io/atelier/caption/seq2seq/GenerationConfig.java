package io.atelier.caption.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a decoder generates: the keys of {@code generation_config.json}, with transformers' meaning.
 *
 * @param startToken what every sequence starts with
 * @param endTokens tokens that end a sequence
 * @param firstToken forced right after the start
 * @param lastToken forced at the greatest length
 * @param beams 1 for greedy
 * @param lengthPenalty scores are divided by the length to this power
 * @param noRepeatNgram so many tokens in a row occur once; 0 for no such rule
 * @param minLength no end before a sequence, its start included, is so long
 * @param maxLength tokens of the longest sequence, its start included
 */
record GenerationConfig(
    int startToken,
    Set<Integer> endTokens,
    OptionalInt firstToken,
    OptionalInt lastToken,
    int beams,
    double lengthPenalty,
    int noRepeatNgram,
    EarlyStopping earlyStopping,
    int minLength,
    int maxLength) {

  /** When a beam search that has as many ends as beams goes on. */
  enum EarlyStopping {
    /** Never: it stops there ({@code true}). */
    AT_ONCE,
    /** While the best open beam is better at its present length ({@code false}). */
    HEURISTIC,
    /** While an open beam can still become better ({@code "never"}). */
    WHEN_PROVEN
  }

  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "_from_model_config",
          "bos_token_id",
          "cache_implementation",
          "do_sample",
          "num_return_sequences",
          "output_attentions",
          "output_hidden_states",
          "output_scores",
          "pad_token_id",
          "return_dict_in_generate",
          "temperature",
          "top_k",
          "top_p",
          "trust_remote_code",
          "transformers_version",
          "typical_p",
          "use_cache");
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "decoder_start_token_id",
          "early_stopping",
          "eos_token_id",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "length_penalty",
          "max_length",
          "max_new_tokens",
          "min_length",
          "no_repeat_ngram_size",
          "num_beams");

  /** Without effect at 0 or 1, which is their default. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "diversity_penalty",
          "encoder_no_repeat_ngram_size",
          "encoder_repetition_penalty",
          "num_beam_groups",
          "repetition_penalty");

  /**
   * What a model's folder says.
   *
   * @param beams in place of the file's; empty for the file's
   * @param maxTokens most tokens after the start; the file may say fewer
   */
  static GenerationConfig of(ModelFolder folder, OptionalInt beams, int maxTokens) {
    JsonNode json = folder.json("generation_config.json", false);
    refuseUnknown(folder, json);
    JsonNode start = json.path("decoder_start_token_id");
    if (!start.isInt()) {
      start = folder.json("config.json", false).path("decoder_start_token_id");
    }
    if (!start.isInt()) {
      start = json.path("bos_token_id");
    }
    Set<Integer> ends = ints(json.path("eos_token_id"));
    if (!start.isInt() || ends.isEmpty()) {
      throw folder.bad(
          folder.path("generation_config.json"),
          "it has no decoder_start_token_id or no eos_token_id");
    }
    int longest = 1 + json.path("max_new_tokens").asInt(maxTokens);
    return new GenerationConfig(
        start.asInt(),
        ends,
        optional(json.path("forced_bos_token_id")),
        optional(json.path("forced_eos_token_id")),
        beams.orElse(json.path("num_beams").asInt(1)),
        json.path("length_penalty").asDouble(1),
        json.path("no_repeat_ngram_size").asInt(0),
        earlyStopping(json.path("early_stopping")),
        json.path("min_length").asInt(0),
        Math.min(Math.min(longest, 1 + maxTokens), json.path("max_length").asInt(longest)));
  }

  private static EarlyStopping earlyStopping(JsonNode value) {
    if (value.isTextual()) {
      return EarlyStopping.WHEN_PROVEN;
    }
    return value.asBoolean(false) ? EarlyStopping.AT_ONCE : EarlyStopping.HEURISTIC;
  }

  private static OptionalInt optional(JsonNode value) {
    return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
  }

  private static Set<Integer> ints(JsonNode value) {
    Set<Integer> ints = new HashSet<>();
    if (value.isInt()) {
      ints.add(value.asInt());
    }
    value.forEach(item -> ints.add(item.asInt()));
    return ints;
  }

  private static void refuseUnknown(ModelFolder folder, JsonNode json) {
    List<String> unknown = new ArrayList<>();
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = json.get(name);
      boolean fine =
          value.isNull()
              || UNDERSTOOD.contains(name)
              || WITHOUT_EFFECT.contains(name)
              || NEUTRAL.contains(name) && (value.asDouble(2) == 0 || value.asDouble(2) == 1);
      if (!fine) {
        unknown.add(name + " = " + value);
      }
    }
    if (!unknown.isEmpty()) {
      throw folder.bad(
          folder.path("generation_config.json"),
          "it asks for what this program does not do: "
              + String.join(", ", unknown)
              + "; take it out of the file if the captions are good without it");
    }
  }
}
