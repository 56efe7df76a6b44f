package io.atelier.lora.format;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way to name the linear layers of the FLUX.1 transformer. The table is that of the published
 * weights: Black Forest Labs' {@code flux/model.py} against diffusers' {@code
 * convert_flux_to_diffusers.py}.
 */
public final class LayerNames {
  private static final Pattern BLOCK =
      Pattern.compile(
          "((?:double|single|transformer|single_transformer)_blocks[._])(0|[1-9]\\d{0,3})([._].+)");

  private static final List<Layer> TABLE =
      List.of(
          fused(
              "double_blocks.#.img_attn.qkv", "transformer_blocks.#.attn.", "to_q", "to_k", "to_v"),
          fused(
              "double_blocks.#.txt_attn.qkv",
              "transformer_blocks.#.attn.",
              "add_q_proj",
              "add_k_proj",
              "add_v_proj"),
          single("double_blocks.#.img_attn.proj", "transformer_blocks.#.attn.to_out.0"),
          single("double_blocks.#.txt_attn.proj", "transformer_blocks.#.attn.to_add_out"),
          single("double_blocks.#.img_mlp.0", "transformer_blocks.#.ff.net.0.proj"),
          single("double_blocks.#.img_mlp.2", "transformer_blocks.#.ff.net.2"),
          single("double_blocks.#.txt_mlp.0", "transformer_blocks.#.ff_context.net.0.proj"),
          single("double_blocks.#.txt_mlp.2", "transformer_blocks.#.ff_context.net.2"),
          single("double_blocks.#.img_mod.lin", "transformer_blocks.#.norm1.linear"),
          single("double_blocks.#.txt_mod.lin", "transformer_blocks.#.norm1_context.linear"),
          new Layer(
              "single_blocks.#.linear1",
              List.of(
                  new Layer.Member("single_transformer_blocks.#.attn.to_q", 1),
                  new Layer.Member("single_transformer_blocks.#.attn.to_k", 1),
                  new Layer.Member("single_transformer_blocks.#.attn.to_v", 1),
                  new Layer.Member("single_transformer_blocks.#.proj_mlp", 4)),
              false),
          single("single_blocks.#.linear2", "single_transformer_blocks.#.proj_out"),
          single("single_blocks.#.modulation.lin", "single_transformer_blocks.#.norm.linear"),
          single("img_in", "x_embedder"),
          single("txt_in", "context_embedder"),
          single("time_in.in_layer", "time_text_embed.timestep_embedder.linear_1"),
          single("time_in.out_layer", "time_text_embed.timestep_embedder.linear_2"),
          single("guidance_in.in_layer", "time_text_embed.guidance_embedder.linear_1"),
          single("guidance_in.out_layer", "time_text_embed.guidance_embedder.linear_2"),
          single("vector_in.in_layer", "time_text_embed.text_embedder.linear_1"),
          single("vector_in.out_layer", "time_text_embed.text_embedder.linear_2"),
          single("final_layer.linear", "proj_out"),
          new Layer(
              "final_layer.adaLN_modulation.1",
              List.of(new Layer.Member("norm_out.linear", 1)),
              true));

  private static final List<Layer> PLAIN =
      TABLE.stream()
          .flatMap(layer -> layer.members().stream())
          .map(member -> single(member.module(), member.module()))
          .toList();

  private static final Map<String, Layer> HOLDING = holding();

  /** Black Forest Labs' names with dots. */
  static final LayerNames BFL = new LayerNames(TABLE, Layer::name);

  /** Black Forest Labs' names with underscores. */
  static final LayerNames BFL_UNDERSCORED =
      new LayerNames(TABLE, layer -> underscored(layer.name()));

  /** diffusers' names with dots. */
  static final LayerNames DIFFUSERS = new LayerNames(PLAIN, Layer::name);

  /** diffusers' names with underscores. */
  static final LayerNames DIFFUSERS_UNDERSCORED =
      new LayerNames(PLAIN, layer -> underscored(layer.name()));

  /** The attention processors of x-labs: 1 is the image stream, 2 the text stream. */
  static final LayerNames XLABS =
      new LayerNames(
          Map.of(
              "double_blocks.#.processor.qkv_lora1", BFL.get("double_blocks.#.img_attn.qkv"),
              "double_blocks.#.processor.qkv_lora2", BFL.get("double_blocks.#.txt_attn.qkv"),
              "double_blocks.#.processor.proj_lora1", BFL.get("double_blocks.#.img_attn.proj"),
              "double_blocks.#.processor.proj_lora2", BFL.get("double_blocks.#.txt_attn.proj"),
              "single_blocks.#.processor.qkv_lora",
                  fused(
                      "single_blocks.#.processor.qkv_lora",
                      "single_transformer_blocks.#.attn.",
                      "to_q",
                      "to_k",
                      "to_v"),
              "single_blocks.#.processor.proj_lora", BFL.get("single_blocks.#.linear2")));

  private final Map<String, Layer> templates;

  private LayerNames(Map<String, Layer> templates) {
    this.templates = templates;
  }

  private LayerNames(Collection<Layer> layers, Function<Layer, String> naming) {
    this(new HashMap<>());
    layers.forEach(layer -> templates.put(naming.apply(layer), layer));
  }

  /** The layer of this name, or null if FLUX.1 has none; how many blocks there are is not known. */
  Layer find(String name) {
    return find(templates, name);
  }

  private Layer get(String template) {
    return templates.get(template);
  }

  /** Black Forest Labs' layer that holds a module of diffusers, or null. */
  public static Layer holding(String module) {
    return find(HOLDING, module);
  }

  /** diffusers' modules, with {@code #} for the number of a block. */
  public static List<String> modules() {
    return PLAIN.stream().map(Layer::name).toList();
  }

  /** A module's name with {@code #} in place of the number of its block. */
  public static String template(String module) {
    return BLOCK.matcher(module).replaceFirst("$1#$3");
  }

  /** A name with underscores for dots, as the tools write it whose keys have no dots. */
  public static String underscored(String name) {
    return name.replace('.', '_');
  }

  private static Layer find(Map<String, Layer> templates, String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return name.contains("#") ? null : templates.get(name);
    }
    Layer template = templates.get(block.group(1) + "#" + block.group(3));
    return template == null ? null : template.inBlock(block.group(2));
  }

  private static Map<String, Layer> holding() {
    Map<String, Layer> holding = new HashMap<>();
    TABLE.forEach(layer -> layer.members().forEach(member -> holding.put(member.module(), layer)));
    return holding;
  }

  private static Layer single(String name, String module) {
    return new Layer(name, List.of(new Layer.Member(module, 1)), false);
  }

  private static Layer fused(String name, String prefix, String... modules) {
    return new Layer(
        name,
        Arrays.stream(modules).map(module -> new Layer.Member(prefix + module, 1)).toList(),
        false);
  }
}
