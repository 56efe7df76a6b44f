package io.atelier.job;

import io.atelier.caption.CaptionerConfig;
import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.evaluate.EvaluateCheckpoint;
import io.atelier.evaluate.Evaluation;
import io.atelier.evaluate.EvaluationPlan;
import io.atelier.evaluate.PortraitModel;
import io.atelier.flux.Checkpoint;
import io.atelier.nn.Compute;
import io.atelier.provenance.CodeVersion;
import io.atelier.provenance.Hashes;
import io.atelier.sample.World;
import io.atelier.worker.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures a checkpoint of the drawn world with the recipe of the settings, without Spark: whether
 * its pictures follow their prompts, and whether adapters of unseen people show those people.
 */
public final class EvaluateJob {
  private static final int SOME = 500;

  private EvaluateJob() {}

  /**
   * How much is measured.
   *
   * @param prompts held-out prompts, 2 or more
   * @param people adapters of unseen people, 0 to 500
   * @param portraits pictures of each of them, 1 or more
   * @param steps denoising steps of a picture
   * @param guidance told to the model
   * @param drawnCaptions whether adapters are trained on the drawing program's own captions instead
   *     of those of the settings' captioner
   */
  public record Extent(
      int prompts, int people, int portraits, int steps, double guidance, boolean drawnCaptions) {
    /** Checks the ranges. */
    public Extent {
      require(prompts >= 2, "--prompts", prompts, "2 or more");
      require(people >= 0 && people <= 500, "--adapters", people, "from 0 to 500");
      require(portraits >= 1, "--portraits", portraits, "1 or more");
    }

    private static void require(boolean holds, String what, int value, String wanted) {
      if (!holds) {
        throw new AtelierException(
            ErrorCode.BAD_COMMAND_LINE, what + " is " + value + ", but must be " + wanted);
      }
    }
  }

  /**
   * Measures and writes; what is there of an equal evaluation is not done again.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param judge the ONNX file of the network that looks at the pictures
   * @param out folder of the figures and sheets
   * @param lines takes a line of progress now and then
   * @throws AtelierException BAD_CONFIG for a recipe that trains no LoRA or uses class samples
   */
  public static Evaluation run(
      Settings settings,
      String device,
      Path judge,
      Extent extent,
      Path out,
      Consumer<String> lines) {
    ModelSpec base = BaseModel.of(settings, settings.generate().precision());
    Path checkpoint = Path.of(base.folder());
    boolean guided = Checkpoint.open(checkpoint).transformer().guidanceEmbeds();
    TrainRecipe recipe = TrainRecipe.of(settings.train(), guided);
    if (recipe.lora() == null || recipe.prior() != null) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "only LoRAs without class samples are evaluated; set train.method to lora and train.prior"
              + " to none");
    }
    CaptionerConfig captioner =
        extent.drawnCaptions() ? null : Captioners.ready(settings.caption(), System.getenv());
    String key =
        Hashes.ofFields(
            "evaluation",
            base.hash(),
            base.precision().toString(),
            base.t5Length(),
            recipe.hash(),
            Hashes.of(judge),
            captioner == null ? null : Captioners.version(captioner),
            someCaptions(),
            extent,
            CodeVersion.release());
    EvaluationPlan plan =
        new EvaluationPlan(
            checkpoint,
            new Compute(base.precision(), device),
            new Compute(recipe.precision(), device),
            recipe.lora(),
            recipe.train(),
            captioner,
            recipe.resolution(),
            base.t5Length(),
            extent.steps(),
            extent.guidance(),
            extent.prompts(),
            extent.people(),
            extent.portraits(),
            key);
    try (PortraitModel model = PortraitModel.open(judge)) {
      return new EvaluateCheckpoint(plan, model, out, lines).run();
    }
  }

  /** Change with the way in which the drawn world is put into words. */
  private static List<String> someCaptions() {
    World world = new World(0, World.Split.TEST);
    return IntStream.range(0, SOME).mapToObj(i -> world.scene(i).caption()).toList();
  }
}
