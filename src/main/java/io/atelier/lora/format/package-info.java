/**
 * The names in LoRA files: which tool's keys they are, which linear layer of FLUX.1 each belongs
 * to, and which layers of diffusers' transformer that is. Names only, no tensors.
 */
package io.atelier.lora.format;
