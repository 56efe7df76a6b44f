package io.atelier.style;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans subjects × looks × seeds. Ids are content: planning again gives the same ids, and a pack
 * that gains a look adds requests without touching the ones that exist.
 */
public final class Requests {
  private final String baseCheckpoint;
  private final String sampler;

  /**
   * A planner for one checkpoint.
   *
   * @param baseCheckpoint content hash of the checkpoint
   * @param sampler see {@link RenderRequest#sampler}
   */
  public Requests(String baseCheckpoint, String sampler) {
    this.baseCheckpoint = baseCheckpoint;
    this.sampler = sampler;
  }

  /**
   * Every picture of a pack for every subject: subjects as given, looks as in the pack, seeds as in
   * the look. Looks that come out the same give one request.
   */
  public List<RenderRequest> plan(StylePack pack, List<Subject> subjects) {
    String version = pack.version();
    Map<String, RenderRequest> planned = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      for (Look look : pack.looks()) {
        for (long seed : look.seeds()) {
          RenderRequest request = request(version, subject, look, seed);
          planned.putIfAbsent(request.requestId(), request);
        }
      }
    }
    return new ArrayList<>(planned.values());
  }

  private RenderRequest request(String pack, Subject subject, Look look, long seed) {
    String prompt = look.prompt(subject.trigger(), subject.className());
    return new RenderRequest(
        requestId(subject.trainingId(), prompt, look, seed),
        subject.subjectId(),
        subject.adapterId(),
        baseCheckpoint,
        pack,
        look.name(),
        promptId(prompt, look.negative()),
        prompt,
        look.negative(),
        look.width(),
        look.height(),
        look.steps(),
        look.guidance(),
        look.trueCfg(),
        seed,
        sampler);
  }

  private String requestId(String trainingId, String prompt, Look look, long seed) {
    return Canonical.sha256(
        Canonical.fields()
            .with("adapter", trainingId)
            .with("base", baseCheckpoint)
            .with("prompt", prompt)
            .with("negative", look.negative())
            .with("width", look.width())
            .with("height", look.height())
            .with("steps", look.steps())
            .with("guidance", look.guidance())
            .with("true_cfg", look.trueCfg())
            .with("seed", seed)
            .with("sampler", sampler));
  }

  /** Identity of a pair of prompts. */
  public static String promptId(String prompt, String negative) {
    return Canonical.sha256(Canonical.fields().with("prompt", prompt).with("negative", negative));
  }
}
