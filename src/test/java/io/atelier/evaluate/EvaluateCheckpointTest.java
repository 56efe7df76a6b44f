package io.atelier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.caption.TaggerConfig;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.nn.Compute;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCheckpointTest {
  private static final Path CHECKPOINT = Path.of("models", "atelier-random");
  private static final Path JUDGE = Path.of("models", "atelier-tiny-identity", "model.onnx");

  private static EvaluationPlan plan(int people, String key) {
    return new EvaluationPlan(
        CHECKPOINT,
        Compute.CPU_FLOAT32,
        Compute.CPU_FLOAT32,
        new LoraConfig(2, 2, Targets.ATTENTION),
        TrainConfig.DEFAULT.withSteps(2),
        key.equals("b") ? null : TaggerConfig.of(JUDGE.getParent()),
        64,
        48,
        1,
        3,
        4,
        people,
        3,
        key);
  }

  private static Evaluation run(EvaluationPlan plan, Path out, List<String> lines) {
    try (PortraitModel model = PortraitModel.open(JUDGE)) {
      return new EvaluateCheckpoint(plan, model, out, lines::add).run();
    }
  }

  @Test
  void anUntrainedCheckpointIsMeasuredPersonByPersonAndNothingTwice(@TempDir Path out)
      throws IOException {
    List<String> lines = new ArrayList<>();
    Evaluation first = run(plan(1, "a"), out, lines);
    assertThat(lines).filteredOn(line -> line.contains("recognised")).hasSize(1);
    Path kept = out.resolve("people").resolve(World.HELD_OUT_FROM + ".json");
    byte[] before = Files.readAllBytes(kept);

    lines.clear();
    Evaluation more = run(plan(2, "a"), out, lines);
    assertThat(lines).filteredOn(line -> line.contains("recognised")).hasSize(1);
    assertThat(kept).hasBinaryContent(before);
    assertThat(more.people()).hasSize(2).startsWith(first.people().get(0));
    assertThat(more.prompts()).isEqualTo(first.prompts()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(more.table()).contains("2 adapters of unseen people", "recognised among 51");
    assertThat(out.resolve("evaluation.json")).content().contains("\"unnamedRank1\"");
    BufferedImage sheet = ImageIO.read(out.resolve("people.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo((1 + 3) * 64);
    assertThat(sheet.getHeight()).isEqualTo(2 * 64);

    lines.clear();
    run(plan(1, "b"), out, lines);
    assertThat(lines).filteredOn(line -> line.contains("recognised")).hasSize(1);
  }

  @Test
  void drawingsThemselvesFollowTheirPromptsAndShuffledOnesDoByChance() {
    World world = new World(11, World.Split.TEST);
    List<Followed.Case> cases = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Scene scene = world.scene(i);
      Map<String, Integer> answers = new HashMap<>();
      Labels.PROBES.forEach(probe -> answers.put(probe.name(), probe.of(scene)));
      PortraitModel.Portrait seen = new PortraitModel.Portrait(new float[] {1}, answers);
      cases.add(new Followed.Case(scene, scene.caption(), seen));
    }

    assertThat(Followed.all(cases)).isEqualTo(1);
    assertThat(Followed.of(cases))
        .hasSize(4)
        .allSatisfy(one -> assertThat(one.right()).isEqualTo(1))
        .allSatisfy(one -> assertThat(one.chance()).isLessThan(0.8));
    assertThat(Followed.of(cases).get(0).chance()).isCloseTo(1 / 8.0, within(0.1));
  }

  @Test
  void aSitterIsNamedInCaptionsAndAskedForInUnseenScenes() {
    Sitter sitter = Sitter.of(3);
    assertThat(sitter.photos()).hasSize(12);
    assertThat(sitter.photos())
        .allSatisfy(
            photo ->
                assertThat(sitter.caption(photo))
                    .contains(sitter.word() + " " + photo.person().classNoun()));
    assertThat(sitter.wanted(5))
        .allSatisfy(scene -> assertThat(World.isHeldOut(scene.attributes())).isTrue())
        .allSatisfy(scene -> assertThat(sitter.prompt(scene, false)).doesNotContain(sitter.word()));
  }
}
