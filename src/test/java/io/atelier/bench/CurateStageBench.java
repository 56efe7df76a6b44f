package io.atelier.bench;

import com.sun.management.OperatingSystemMXBean;
import io.atelier.job.CurateJob;
import io.atelier.job.IntakeJob;
import io.atelier.testing.SmallRun;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Photos per second of processor time that the whole curate stage takes, Spark and Delta tables
 * included: {@code jobs/bench/curate.sh --stage N}. What Spark takes for any number of photos is
 * told apart by running the stage on N and on 3 N of them.
 */
public final class CurateStageBench {
  private static final int[][] SIZES = {{640, 480}, {4000, 3000}};
  private static final int LARGE = 8;

  private CurateStageBench() {}

  /**
   * Arguments: a folder to work in, and how many photos of 640 × 480; of 12 megapixels an eighth.
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int photos = Integer.parseInt(args[1]);
    for (int[] size : SIZES) {
      int few = size[0] > 1000 ? photos / LARGE : photos;
      List<Path> painted =
          BenchPhotos.write(folder.resolve("painted-" + size[0]), 3 * few, size[0], size[1]);
      for (String rules : List.of("dataset", "portrait")) {
        // The JVM compiles all of this twice before it is as fast as it gets.
        seconds(folder, painted.subList(0, few), rules);
        seconds(folder, painted.subList(0, few), rules);
        double one = seconds(folder, painted.subList(0, few), rules);
        double three = seconds(folder, painted, rules);
        System.out.printf(
            Locale.ROOT,
            "%d x %d, rules %s: %d photos in %.1f s of processor time, %d in %.1f s; each further"
                + " one: %.1f a second%n",
            size[0],
            size[1],
            rules,
            few,
            one,
            3 * few,
            three,
            2 * few / (three - one));
      }
    }
    TestSession.get().stop();
  }

  private static double seconds(Path folder, List<Path> photos, String rules) throws IOException {
    SmallRun run = new SmallRun(Files.createTempDirectory(folder, "run"));
    Path people = Files.createDirectories(run.photos().resolve("people"));
    for (Path photo : photos) {
      Files.createLink(people.resolve(photo.getFileName()), photo);
    }
    String setting = "curate.rules=" + rules;
    IntakeJob.run(run.context(setting), run.photosUri());
    double before = processorSeconds();
    CurateJob.run(run.context(setting));
    return processorSeconds() - before;
  }

  private static double processorSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }
}
