package io.atelier.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atelier.flux.Picture;
import io.atelier.image.Rgb;
import io.atelier.sample.Attributes;
import io.atelier.sample.Claims;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;

/**
 * Measures what a checkpoint of the drawn world can do, and writes {@code evaluation.json}, {@code
 * prompts.png} (pictures of held-out prompts), {@code people.png} (a row a person: a photo that was
 * trained on, then pictures with the adapter) and {@code without.png} (the same without adapters).
 * What is there of the same plan is not computed again.
 */
public final class EvaluateCheckpoint {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final long WORLD = 4;
  private static final int FEWEST_CLAIMS = 3;
  private static final int SHOWN = 96;
  private static final int COLUMNS = 12;

  private final EvaluationPlan plan;
  private final PortraitModel model;
  private final Path out;
  private final Consumer<String> lines;

  /** What is kept of the prompts. */
  record Prompted(String key, List<Followed> followed) {}

  /**
   * Prepares an evaluation.
   *
   * @param model judges the pictures; stays the caller's
   * @param out folder for figures and sheets, created where missing
   * @param lines takes a line of progress now and then
   */
  public EvaluateCheckpoint(
      EvaluationPlan plan, PortraitModel model, Path out, Consumer<String> lines) {
    this.plan = plan;
    this.model = model;
    this.out = out;
    this.lines = lines;
  }

  /** Renders, trains, measures and writes. */
  public Evaluation run() {
    try {
      Files.createDirectories(out.resolve("people"));
      try (Studio studio = new Studio(plan)) {
        List<Followed> prompts = prompts(studio);
        List<PersonResult> people = people(studio);
        Evaluation evaluation =
            new Evaluation(
                plan.checkpoint().toString(), plan.lora() + " " + plan.train(), prompts, people);
        write("evaluation.json", JSON.writeValueAsBytes(evaluation));
        return evaluation;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(out + " cannot be written", e);
    }
  }

  // --- Prompts -----------------------------------------------------------------------------------

  private List<Followed> prompts(Studio studio) throws IOException {
    Path file = out.resolve("prompts.json");
    if (Files.exists(file)) {
      Prompted kept = JSON.readValue(file.toFile(), Prompted.class);
      if (kept.key().equals(plan.key())) {
        return kept.followed();
      }
    }
    List<Scene> scenes = scenes();
    List<String> prompts = scenes.stream().map(Scene::caption).toList();
    DoubleConsumer pace = pace("prompts", prompts.size());
    List<Rgb> pictures = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += COLUMNS) {
      List<String> some = prompts.subList(from, Math.min(from + COLUMNS, prompts.size()));
      pictures.addAll(studio.render(some, from));
      pace.accept(pictures.size());
    }
    List<PortraitModel.Portrait> seen = model.look(pictures);
    List<Followed> followed =
        Followed.of(
            IntStream.range(0, scenes.size())
                .mapToObj(i -> new Followed.Case(scenes.get(i), prompts.get(i), seen.get(i)))
                .toList());
    List<Rgb> shown = pictures.subList(0, Math.min(SHOWN, pictures.size()));
    write("prompts.png", sheet(shown, COLUMNS));
    write("prompts.json", JSON.writeValueAsBytes(new Prompted(plan.key(), followed)));
    return followed;
  }

  /** Held-out scenes in colour whose captions answer most of the questions. */
  private List<Scene> scenes() {
    World world = new World(WORLD, World.Split.TEST);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(world::scene)
        .filter(scene -> scene.attributes().film() == Attributes.Film.COLOUR)
        .filter(scene -> Claims.of(scene, scene.caption()).size() >= FEWEST_CLAIMS)
        .limit(plan.prompts())
        .toList();
  }

  // --- People ------------------------------------------------------------------------------------

  private List<PersonResult> people(Studio studio) throws IOException {
    List<PersonResult> results = new ArrayList<>();
    if (plan.people() == 0) {
      return results;
    }
    DoubleConsumer pace = pace("people", plan.people());
    try (PersonCheck check = new PersonCheck(plan, model, studio)) {
      for (int i = 0; i < plan.people(); i++) {
        double done = i;
        results.add(person(check, Sitter.of(i), share -> pace.accept(done + share)));
      }
    }
    sheet("people.png", "with");
    sheet("without.png", "without");
    return results;
  }

  private PersonResult person(PersonCheck check, Sitter sitter, DoubleConsumer progress)
      throws IOException {
    Path file = out.resolve("people").resolve(sitter.id() + ".json");
    if (Files.exists(file)) {
      PersonResult kept = JSON.readValue(file.toFile(), PersonResult.class);
      if (kept.key().equals(plan.key())) {
        return kept;
      }
    }
    PersonCheck.Judged judged = check.judge(sitter, progress);
    row(sitter, "with", judged.photo(), judged.with());
    row(sitter, "without", judged.photo(), judged.without());
    write("people/" + sitter.id() + ".json", JSON.writeValueAsBytes(judged.result()));
    lines.accept(summary(judged.result()));
    return judged.result();
  }

  private static String summary(PersonResult result) {
    return String.format(
        Locale.ROOT,
        "%s: recognised on %.0f %% (without the adapter %.0f %%), prompt followed %.0f %% (%.0f"
            + " %%), loss %.4f, trained in %.0f s",
        result.word(),
        100 * result.rank1(),
        100 * result.baseRank1(),
        100 * result.followed(),
        100 * result.baseFollowed(),
        result.loss(),
        result.trainSeconds());
  }

  private void row(Sitter sitter, String name, Rgb photo, List<Rgb> pictures) throws IOException {
    List<Rgb> row = new ArrayList<>(List.of(photo));
    row.addAll(pictures);
    write("people/" + sitter.id() + "-" + name + ".png", sheet(row, row.size()));
  }

  private static byte[] sheet(List<Rgb> pictures, int columns) throws IOException {
    return ContactSheet.png(
        pictures.stream().map(rgb -> new Picture(rgb.width(), rgb.height(), rgb.bytes())).toList(),
        columns);
  }

  /** Takes how many are done, or parts of one. */
  private DoubleConsumer pace(String name, int all) {
    Pace pace = new Pace(lines);
    DecimalFormat number = new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return done -> pace.at(done, all, () -> name + " " + number.format(done) + " of " + all);
  }

  private void sheet(String file, String name) throws IOException {
    List<Path> rows = new ArrayList<>();
    for (int i = 0; i < plan.people(); i++) {
      rows.add(out.resolve("people").resolve(Sitter.of(i).id() + "-" + name + ".png"));
    }
    write(file, ContactSheet.stacked(rows));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = out.resolve(name);
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(unfinished, bytes);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
