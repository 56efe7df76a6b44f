package io.atelier.evaluate;

import io.atelier.caption.CaptionerConfig;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.TrainConfig;
import io.atelier.nn.Compute;
import java.nio.file.Path;

/**
 * What is evaluated, and how.
 *
 * @param checkpoint its folder
 * @param rendering precision and device of pictures
 * @param training precision and device of adapters
 * @param lora the shape of an adapter
 * @param train how an adapter is trained; without class samples
 * @param captioner of the photos that adapters are trained on; null for the drawing program's own
 *     captions
 * @param side of all pictures in pixels
 * @param t5Length tokens that T5 reads
 * @param steps denoising steps of a picture
 * @param guidance told to the transformer
 * @param prompts held-out prompts for the checkpoint by itself
 * @param people adapters to train, 0 to 500
 * @param portraits pictures of each of those people
 * @param key changes with everything that the figures depend on
 */
public record EvaluationPlan(
    Path checkpoint,
    Compute rendering,
    Compute training,
    LoraConfig lora,
    TrainConfig train,
    CaptionerConfig captioner,
    int side,
    int t5Length,
    int steps,
    double guidance,
    int prompts,
    int people,
    int portraits,
    String key) {}
