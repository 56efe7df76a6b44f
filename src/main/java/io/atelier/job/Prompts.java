package io.atelier.job;

import io.atelier.worker.EncodePrompts;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PromptToEncode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the embeddings of prompts into the lake. */
final class Prompts {
  private static final int PROMPTS_A_TASK = 64;

  private Prompts() {}

  /** Encodes those that are missing; gives the reason for each that failed, by embedding id. */
  static Map<String, String> encode(
      JobContext context, ModelSpec model, List<PromptToEncode> prompts) {
    Map<String, String> failed = new HashMap<>();
    int tasks = Math.max(context.parallelism(), prompts.size() / PROMPTS_A_TASK);
    new GpuWork<PromptToEncode>(context, "Encoding", "prompts", prompt -> 1)
        .<EncodePrompts.Failed>run(
            prompts,
            tasks,
            task -> new EncodePrompts(model, task)::apply,
            results -> results.forEach(f -> failed.put(f.embeddingId(), f.reason())));
    return failed;
  }
}
