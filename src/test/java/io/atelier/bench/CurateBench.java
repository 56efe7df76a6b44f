package io.atelier.bench;

import io.atelier.image.Measurer;
import io.atelier.image.MeasuringParts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Photos per second of processor time: decoded only, measured by the code that executors run, and
 * measured by a Python script: {@code jobs/bench/curate.sh}. Each round runs all three; rates are
 * medians, ratios the medians of the rounds' ratios. With {@code --parts} it also says what each
 * measurement takes.
 */
public final class CurateBench {
  private static final int[][] SIZES = {{640, 480}, {4000, 3000}};
  private static final long MOST_PIXELS = 100_000_000;

  private final String python;
  private final int rounds;
  private final int photos;
  private final boolean parts;

  private CurateBench(String python, int rounds, int photos, boolean parts) {
    this.python = python;
    this.rounds = rounds;
    this.photos = photos;
    this.parts = parts;
  }

  /** Arguments: {@code --python PATH [--rounds N] [--photos N] [--parts]}; N of 640 × 480. */
  public static void main(String[] args) throws IOException {
    opencv_core.setNumThreads(1);
    CurateBench bench =
        new CurateBench(
            option(args, "--python", null),
            Integer.parseInt(option(args, "--rounds", "7")),
            Integer.parseInt(option(args, "--photos", "48")),
            Arrays.asList(args).contains("--parts"));
    System.out.println("photos per second of processor time, medians of " + bench.rounds);
    for (int[] size : SIZES) {
      bench.run(size[0], size[1]);
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at < 0 ? otherwise : args[at + 1];
  }

  private void run(int width, int height) throws IOException {
    int count = width > 1000 ? Math.max(2, photos / 16) : photos;
    Path folder = Files.createTempDirectory("curate-bench");
    List<Path> paths = BenchPhotos.write(folder, count, width, height);
    List<byte[]> files = new ArrayList<>();
    for (Path path : paths) {
      files.add(Files.readAllBytes(path));
    }
    try {
      for (boolean faces : new boolean[] {false, true}) {
        compare(
            "%d x %d, %s".formatted(width, height, faces ? "faces" : "plain"),
            folder,
            files,
            faces);
      }
      if (parts) {
        MeasuringParts.print(files, rounds);
      }
    } finally {
      for (Path path : paths) {
        Files.delete(path);
      }
      Files.delete(folder);
    }
  }

  private void compare(String name, Path folder, List<byte[]> files, boolean faces)
      throws IOException {
    Measurer.Options options =
        new Measurer.Options(MOST_PIXELS, faces, Optional.empty(), Optional.empty(), false);
    double[] decode = new double[rounds];
    double[] measure = new double[rounds];
    double[] script = new double[rounds];
    try (Measurer measurer = Measurer.open(options);
        PythonSteps steps =
            new PythonSteps(
                python,
                "jobs/bench/curate_python.py",
                folder.toString(),
                faces ? "faces" : "plain")) {
      for (int warm = 0; warm < 2; warm++) {
        files.forEach(CurateBench::decode);
        files.forEach(measurer::measure);
      }
      for (int i = 0; i < rounds; i++) {
        decode[i] = rate(files, () -> files.forEach(CurateBench::decode));
        measure[i] = rate(files, () -> files.forEach(measurer::measure));
        script[i] = files.size() / (steps.step()[0] / 1000);
      }
    }
    System.out.printf(
        "%-24s decode %.1f, measure %.1f, Python %.1f; measure/decode %.2f, measure/Python %.2f%n",
        name,
        median(decode),
        median(measure),
        median(script),
        ratio(measure, decode),
        ratio(measure, script));
  }

  private static void decode(byte[] file) {
    try (PointerScope scope = new PointerScope()) {
      Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, new BytePointer(file));
      opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR);
    }
  }

  private static double rate(List<byte[]> files, Runnable work) {
    var clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    work.run();
    return files.size() / ((clock.getCurrentThreadCpuTime() - start) / 1e9);
  }

  private static double ratio(double[] a, double[] b) {
    double[] ratios = new double[a.length];
    Arrays.setAll(ratios, i -> a[i] / b[i]);
    return median(ratios);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
