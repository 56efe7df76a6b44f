package io.atelier.lora;

import java.util.Collection;
import java.util.regex.Pattern;

/**
 * The ways in which tools name the tensors of a LoRA file for FLUX, recognised by their keys. Only
 * diffusers' is read; the others are here so that a refusal can say what the file is.
 */
enum AdapterFormat {
  DORA("DoRA", "\\.dora_scale$|\\.lora_magnitude_vector"),
  LYCORIS("LyCORIS (LoKr, LoHa)", "^lycoris_|\\.(lokr|hada)_"),
  BFL_CONTROL("Black Forest Labs' control LoRA", "\\.(query|key)_norm\\.scale$"),
  TEXT_ENCODER("LoRA of a text encoder", "^(text_encoder(_2)?\\.|lora_te\\d?_)"),
  ONE_TRAINER("OneTrainer's legacy", "^lora_transformer_"),
  SD_SCRIPTS("sd-scripts (kohya)", "^lora_unet_"),
  XLABS("x-labs", "\\.processor\\..*_lora\\d?\\."),
  COMFY("ComfyUI's dotted", "^diffusion_model\\."),
  FAL("fal's", "^base_model\\.model\\."),
  DIFFUSERS("diffusers", "^transformer\\.");

  private final String label;
  private final Pattern key;

  AdapterFormat(String label, String key) {
    this.label = label;
    this.key = Pattern.compile(key);
  }

  /** The first format, in the order above, that a key belongs to; null if none does. */
  static AdapterFormat of(String key) {
    for (AdapterFormat format : values()) {
      if (format.key.matcher(key).find()) {
        return format;
      }
    }
    return null;
  }

  /** The first key that is not of diffusers' format, or null. */
  static String firstForeign(Collection<String> keys) {
    return keys.stream().filter(key -> of(key) != DIFFUSERS).sorted().findFirst().orElse(null);
  }

  /** What a person calls it. */
  String label() {
    return label;
  }
}
