package io.atelier.lora;

import io.atelier.flux.TransformerConfig;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where an adapter comes from and what it may be used for, as string entries of its file's header
 * under {@code atelier.}, with the handful of {@code ss_} and {@code modelspec.} entries that other
 * tools show. Values are null where a file does not say.
 *
 * @param adapterId the hash of everything that decides the adapter, the contract included
 * @param baseCheckpoint hash of the checkpoint it was trained on
 * @param architecture {@code flux-1-dev} or {@code flux-1-schnell}, as Stability's model metadata
 *     standard names them
 * @param triggerToken word that stands for the subject in prompts
 * @param classNoun what the subject is
 * @param trainingSet hash of the photos and captions
 * @param config the settings of the training, as text
 * @param configHash their hash
 * @param codeVersion version of the program that trained it
 * @param contract what it may be used for
 */
public record AdapterLineage(
    String adapterId,
    String baseCheckpoint,
    String architecture,
    String triggerToken,
    String classNoun,
    String trainingSet,
    String config,
    String configHash,
    String codeVersion,
    Contract contract) {

  /**
   * What an adapter may be used for.
   *
   * @param concept what it has learned, in words
   * @param allowedPacks the style packs it may be rendered with, sorted: names, or {@code
   *     name@version} for one content of a pack alone; {@link #ANY_PACK} for all, empty for none
   * @param consent reference of the consent, or null
   */
  public record Contract(String concept, List<String> allowedPacks, String consent)
      implements Serializable {
    /** In place of a list of packs: no pack is excluded. */
    public static final String ANY_PACK = "*";

    /** Sorts the packs and drops those that are there twice. */
    public Contract {
      allowedPacks = allowedPacks.stream().distinct().sorted().toList();
    }

    /**
     * Whether the adapter may be rendered with a pack.
     *
     * @param pack name and version, such as {@code studio@1f0c9a72b3de}
     */
    public boolean allows(String pack) {
      return allowedPacks.contains(ANY_PACK)
          || allowedPacks.contains(pack)
          || allowedPacks.contains(pack.replaceFirst("@.*", ""));
    }

    /** For people. */
    @Override
    public String toString() {
      return "%s (%s), packs: %s"
          .formatted(
              concept,
              consent == null ? "no consent on record" : "consent " + consent,
              allowedPacks.isEmpty() ? "none" : String.join(", ", allowedPacks));
    }

    /** Whether there is a pack that the adapter may not be rendered with. */
    public boolean limited() {
      return !allowedPacks.contains(ANY_PACK);
    }
  }

  private static final String ID = "atelier.adapter_id";
  private static final String BASE = "atelier.base_checkpoint";
  private static final String TRIGGER = "atelier.trigger_token";
  private static final String NOUN = "atelier.class_noun";
  private static final String SET = "atelier.training_set";
  private static final String CONFIG = "atelier.config";
  private static final String CONFIG_HASH = "atelier.config_hash";
  private static final String CODE = "atelier.code_version";
  private static final String CONCEPT = "atelier.concept";
  private static final String PACKS = "atelier.allowed_packs";
  private static final String CONSENT = "atelier.consent";
  private static final String HISTORY = "atelier.history";

  static final String ARCHITECTURE = "modelspec.architecture";
  static final String LORA = "/lora";

  /** What the entry {@code modelspec.architecture} calls a transformer of these sizes. */
  public static String architecture(TransformerConfig transformer) {
    return transformer.guidanceEmbeds() ? "flux-1-dev" : "flux-1-schnell";
  }

  /** The entries for a file's header. */
  public Map<String, String> toMetadata() {
    Map<String, String> entries = new TreeMap<>();
    put(entries, ID, adapterId);
    put(entries, BASE, baseCheckpoint);
    put(entries, TRIGGER, triggerToken);
    put(entries, NOUN, classNoun);
    put(entries, SET, trainingSet);
    put(entries, CONFIG, config);
    put(entries, CONFIG_HASH, configHash);
    put(entries, CODE, codeVersion);
    put(entries, contract);
    put(entries, ARCHITECTURE, architecture == null ? null : architecture + LORA);
    put(entries, "modelspec.sai_model_spec", "1.0.0");
    put(entries, "modelspec.implementation", "https://github.com/black-forest-labs/flux");
    put(entries, "modelspec.title", contract.concept());
    put(entries, "modelspec.trigger_phrase", triggerToken);
    put(entries, "ss_output_name", triggerToken);
    put(entries, "ss_base_model_version", "flux1");
    return entries;
  }

  /** The lineage in a file's header; empty if this program did not write it. */
  public static Optional<AdapterLineage> of(Map<String, String> metadata) {
    if (!metadata.containsKey(ID)) {
      return Optional.empty();
    }
    String architecture = metadata.get(ARCHITECTURE);
    return Optional.of(
        new AdapterLineage(
            metadata.get(ID),
            metadata.get(BASE),
            architecture == null ? null : architecture.replaceFirst("/.*", ""),
            metadata.get(TRIGGER),
            metadata.get(NOUN),
            metadata.get(SET),
            metadata.get(CONFIG),
            metadata.get(CONFIG_HASH),
            metadata.get(CODE),
            new Contract(
                metadata.get(CONCEPT),
                packs(metadata.getOrDefault(PACKS, Contract.ANY_PACK)),
                metadata.get(CONSENT))));
  }

  private static List<String> packs(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
  }

  /**
   * A header's entries under another contract; what they say of the training stays.
   *
   * @param adapterId the id of the adapter under that contract
   */
  public static Map<String, String> under(
      Map<String, String> metadata, String adapterId, Contract contract) {
    Map<String, String> entries = new TreeMap<>(metadata);
    entries.put(ID, adapterId);
    put(entries, contract);
    return entries;
  }

  /** A header's entries with one more line on what was done to the adapter after its training. */
  public static Map<String, String> withHistory(Map<String, String> metadata, String line) {
    Map<String, String> entries = new TreeMap<>(metadata);
    entries.merge(HISTORY, line, (before, added) -> before + "\n" + added);
    return entries;
  }

  /** What was done to the adapter after its training, a line each, oldest first. */
  public static List<String> history(Map<String, String> metadata) {
    return metadata.containsKey(HISTORY) ? metadata.get(HISTORY).lines().toList() : List.of();
  }

  private static void put(Map<String, String> entries, Contract contract) {
    put(entries, CONCEPT, contract.concept());
    put(entries, PACKS, String.join(",", contract.allowedPacks()));
    put(entries, CONSENT, contract.consent());
  }

  private static void put(Map<String, String> entries, String key, String value) {
    entries.remove(key);
    if (value != null) {
      entries.put(key, value);
    }
  }
}
