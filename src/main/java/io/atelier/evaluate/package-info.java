/**
 * What a checkpoint and its adapters can do, in figures: whether pictures follow their prompts, and
 * whether a trained person is recognised. Judged by {@link io.atelier.evaluate.PortraitModel}, a
 * network that was trained on other people of the same drawn world. Knows no Spark.
 */
package io.atelier.evaluate;
