package io.atelier.lora.format;

import java.util.Objects;
import java.util.stream.Stream;

/** The ways in which tools name the layers of a LoRA file for FLUX.1; all of these are read. */
public enum AdapterFormat {
  DIFFUSERS("diffusers", "transformer.", LayerNames.DIFFUSERS),
  SD_SCRIPTS("sd-scripts (kohya)", "lora_unet_", LayerNames.BFL_UNDERSCORED),
  COMFY("ComfyUI, dotted", "diffusion_model.", LayerNames.BFL),
  PEFT("PEFT", "base_model.model.", LayerNames.BFL, LayerNames.DIFFUSERS),
  ONE_TRAINER("OneTrainer, legacy", "lora_transformer_", LayerNames.DIFFUSERS_UNDERSCORED),
  XLABS("x-labs", "", LayerNames.XLABS),
  BFL("Black Forest Labs' names", "", LayerNames.BFL),
  UNPREFIXED("diffusers' names without prefix", "", LayerNames.DIFFUSERS);

  private final String label;
  private final String prefix;
  private final LayerNames[] names;

  AdapterFormat(String label, String prefix, LayerNames... names) {
    this.label = label;
    this.prefix = prefix;
    this.names = names;
  }

  /** The layer that the part of a key before its ending names, or null if it is not this format. */
  Layer layer(String stem) {
    if (!stem.startsWith(prefix)) {
      return null;
    }
    String name = stem.substring(prefix.length());
    return Stream.of(names)
        .map(naming -> naming.find(name))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** What stands before the layer's name in every key. */
  public String prefix() {
    return prefix;
  }

  /** What a person calls it. */
  public String label() {
    return label;
  }
}
