package io.atelier.flux;

import java.util.Set;

/** The parts of a FLUX.1 checkpoint, under the names of their folders. */
public enum Component {
  SCHEDULER("scheduler", "diffusers", Set.of("FlowMatchEulerDiscreteScheduler")),
  TEXT_ENCODER("text_encoder", "transformers", Set.of("CLIPTextModel")),
  TEXT_ENCODER_2("text_encoder_2", "transformers", Set.of("T5EncoderModel")),
  TOKENIZER("tokenizer", "transformers", Set.of("CLIPTokenizer", "CLIPTokenizerFast")),
  TOKENIZER_2("tokenizer_2", "transformers", Set.of("T5Tokenizer", "T5TokenizerFast")),
  TRANSFORMER("transformer", "diffusers", Set.of("FluxTransformer2DModel")),
  VAE("vae", "diffusers", Set.of("AutoencoderKL"));

  private final String folder;
  private final String library;
  private final Set<String> classes;

  Component(String folder, String library, Set<String> classes) {
    this.folder = folder;
    this.library = library;
    this.classes = classes;
  }

  /** Name of the folder, and of the key in {@code model_index.json}. */
  public String folder() {
    return folder;
  }

  /** The Python library that the component's class comes from. */
  String library() {
    return library;
  }

  /** Class names that this program can read. */
  Set<String> classes() {
    return classes;
  }

  /** What published files may have before every tensor's name. */
  String optionalPrefix() {
    return this == TEXT_ENCODER ? "text_model." : "";
  }

  /** True if the component has weights. */
  public boolean hasWeights() {
    return this == TRANSFORMER || this == VAE || this == TEXT_ENCODER || this == TEXT_ENCODER_2;
  }
}
