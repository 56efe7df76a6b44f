package io.atelier.testing;

import io.atelier.config.Flag;
import io.atelier.config.Settings;
import io.atelier.config.SettingsLoader;
import io.atelier.job.JobContext;
import io.atelier.job.RunJob;
import io.atelier.job.StageResult;
import io.atelier.provenance.Ids;
import io.atelier.sample.Person;
import io.atelier.sample.Renderer;
import io.atelier.sample.SamplePhotos;
import io.atelier.sample.Shot;
import io.atelier.spark.Display;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.store.Locations;
import io.atelier.table.LakeTables;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;

/** A few painted people, a tiny checkpoint and a lake below one folder. */
public final class SmallRun {
  public static final Path MODEL = Path.of("models", "atelier-random").toAbsolutePath();
  private static final long SEED = 9;

  /** From here on the first people's first portraits pass the portrait rules. */
  private static final long SHOTS = 1_002_000;

  private static final String PACK =
      """
      name: small
      title: Small
      description: Two small pictures of everybody.
      defaults: {guidance: 3.5, steps: 2, width: 64, height: 64, seeds: [1, 2]}
      looks:
        - name: studio
          prompt: a studio portrait of {trigger} {class}
      """;

  private final Path folder;
  private final String lake;
  private final StringWriter said = new StringWriter();

  public SmallRun(Path folder) {
    this(folder, "lake");
  }

  private SmallRun(Path folder, String lake) {
    this.folder = folder;
    this.lake = lake;
    write(folder.resolve("small.yaml"), PACK);
  }

  public Path photos() {
    return folder.resolve("photos");
  }

  public Path lake() {
    return folder.resolve(lake);
  }

  /** The same photos and settings with another lake. */
  public SmallRun into(String otherLake) {
    return new SmallRun(folder, otherLake);
  }

  /** The command line of {@link #run} with the same settings. */
  public List<String> arguments(String... more) {
    List<String> args = new ArrayList<>(List.of("run", "--photos", photos().toString()));
    args.addAll(List.of("--lake", lake().toString(), "--checkpoint", MODEL.toString()));
    assignments(more).forEach(setting -> args.addAll(List.of("--set", setting)));
    return args;
  }

  public URI photosUri() {
    return Locations.file(photos());
  }

  /** All lines that stages have printed so far. */
  public String said() {
    return said.toString();
  }

  /** Paints a person's portraits: {@code <name>/1.jpg}, {@code 2.jpg} and so on. */
  public SmallRun person(String name, int index, int portraits) {
    for (int i = 1; i <= portraits; i++) {
      Person person = SamplePhotos.person(SEED, index);
      Shot shot = Shot.portrait(person, SHOTS + 100L * index + i);
      BufferedImage image = Renderer.render(person, shot, 544, 576);
      Path file = photos().resolve(name).resolve(i + ".jpg");
      try {
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "jpg", file.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  public SmallRun subjectsFile(String yaml) {
    write(photos().resolve("subjects.yaml"), yaml);
    return this;
  }

  /** What the command line would be given as {@code --set}, before the test's own. */
  public List<String> assignments(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=4",
                "curate.min_photos=3",
                "runtime.threads=1",
                "generate.packs=" + folder.resolve("small.yaml")));
    all.addAll(List.of(more));
    return all;
  }

  public Settings settings(String... more) {
    List<Flag> flags = new ArrayList<>();
    flags.add(new Flag("model.checkpoint", MODEL.toString(), "test"));
    for (String assignment : assignments(more)) {
      String[] parts = assignment.split("=", 2);
      flags.add(new Flag(parts[0], parts[1], "test"));
    }
    return SettingsLoader.load(List.of(MODEL.resolve("atelier.yaml")), Map.of(), flags).settings();
  }

  public JobContext context(String... more) {
    return context(settings(more));
  }

  public JobContext context(Settings settings) {
    SparkSession spark = TestSession.get();
    Lake root = Lake.at(lake().toString());
    Clock clock = Clock.systemUTC();
    return new JobContext(
        spark,
        root,
        new HadoopStore(spark.sparkContext().hadoopConfiguration()),
        new LakeTables(spark, root.tables()),
        settings,
        Ids.run(clock.instant()),
        "run",
        clock,
        Display.on(new PrintWriter(said), false));
  }

  /** All stages. */
  public List<StageResult> run(String... more) {
    return RunJob.run(context(more), photosUri());
  }

  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
