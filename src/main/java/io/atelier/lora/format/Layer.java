package io.atelier.lora.format;

import java.util.List;

/**
 * A linear layer under one of its names, and the modules of diffusers' transformer that it is: one,
 * or several where Black Forest Labs compute them in one product.
 *
 * @param name with dots, for example {@code double_blocks.0.img_attn.qkv}
 * @param members its parts, in the order of the rows of its weight
 * @param halvesSwapped the two halves of the weight's rows stand the other way round in diffusers
 */
public record Layer(String name, List<Member> members, boolean halvesSwapped) {

  /**
   * A part of a layer.
   *
   * @param module diffusers' name
   * @param share how many of the layer's equal shares of rows are its own
   */
  public record Member(String module, int share) {}

  /** Copies the members. */
  public Layer {
    members = List.copyOf(members);
  }

  /** True if it is several modules of diffusers. */
  public boolean fused() {
    return members.size() > 1;
  }

  /** Equal shares of rows that the members have together. */
  public int shares() {
    return members.stream().mapToInt(Member::share).sum();
  }

  /** The same layer of another block; {@code #} stands for its number in a template. */
  Layer inBlock(String number) {
    List<Member> numbered =
        members.stream()
            .map(member -> new Member(member.module().replace("#", number), member.share()))
            .toList();
    return new Layer(name.replace("#", number), numbered, halvesSwapped);
  }
}
