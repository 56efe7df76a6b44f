/**
 * LoRA adapters of the FLUX transformer: reading, writing, merging, training. No Spark.
 *
 * <p>An adapter adds {@code (alpha / rank) * B(A x)} to the output of chosen linear layers (Hu et
 * al., LoRA: Low-Rank Adaptation of Large Language Models, 2021). In memory every adapter has one
 * form, {@link io.atelier.lora.Adapter}: diffusers' module names, q, k and v apart, float32, the
 * scale folded into B.
 */
package io.atelier.lora;
