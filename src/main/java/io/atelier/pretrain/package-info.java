/**
 * Training a small checkpoint from nothing: how {@code models/atelier-tiny} is made.
 *
 * <p>Three stages, each resumable at its last saved step: the autoencoder learns to reproduce drawn
 * pictures, the text encoders learn to tell from a caption what is shown, and the transformer
 * learns the velocity of the pictures' latents under the captions, in the end with the guidance
 * scale as an input. {@link io.atelier.pretrain.BuildCheckpoint} runs them and assembles the files.
 * {@link io.atelier.pretrain.BuildPortraitNetwork} trains the network that judges its pictures.
 */
package io.atelier.pretrain;
