package io.atelier.image;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the time of measuring goes: milliseconds of processor time for each photo, by part. */
public final class MeasuringParts {
  private static final long MOST_PIXELS = 100_000_000;
  private static final int WORKING_SIDE = 512;

  private final int photos;
  private final int rounds;

  private MeasuringParts(int photos, int rounds) {
    this.photos = photos;
    this.rounds = rounds;
  }

  /** One measurement of one of the photos. */
  private interface Part {
    void run(int photo);
  }

  /** Prints the least time of each part in some rounds. */
  public static void print(List<byte[]> files, int rounds) {
    OpenCv.load();
    MeasuringParts parts = new MeasuringParts(files.size(), rounds);
    List<Rgb> pictures = new ArrayList<>();
    files.forEach(file -> pictures.add(Decoder.decode(file, MOST_PIXELS).pixels()));
    List<Gray> grays = pictures.stream().map(Rgb::gray).toList();
    List<Gray> small = grays.stream().map(gray -> gray.shrink(WORKING_SIDE)).toList();
    parts.time("decoded by OpenCV", i -> OpenCv.decode(files.get(i)).close());
    parts.time("codes walked over", i -> JpegScan.isWhole(files.get(i)));
    parts.time("whole decoder", i -> Decoder.decode(files.get(i), MOST_PIXELS));
    parts.time("hash of the pixels", i -> pictures.get(i).sha256());
    parts.time("tones", i -> new Tones(pictures.get(i)).percentiles(5, 99));
    parts.time("colours", i -> Colors.of(pictures.get(i)));
    parts.time("resized", i -> resized(grays.get(i)));
    parts.time("Laplacian", i -> Quality.laplacianVariance(grays.get(i)));
    parts.time("focus", i -> Quality.sharpness(small.get(i)));
    try (FaceDetector detector = FaceDetector.open(Optional.empty());
        Brisque brisque = Brisque.open()) {
      parts.time("Haar cascade", i -> detector.detect(pictures.get(i), small.get(i)));
      parts.time("BRISQUE", i -> brisque.score(small.get(i)));
    }
  }

  private static void resized(Gray gray) {
    gray.resize(List.of(gray.shrunk(WORKING_SIDE), Hashes.PHASH, Hashes.DHASH));
  }

  private void time(String name, Part part) {
    var clock = ManagementFactory.getThreadMXBean();
    double least = Double.MAX_VALUE;
    for (int round = 0; round < rounds; round++) {
      long start = clock.getCurrentThreadCpuTime();
      for (int i = 0; i < photos; i++) {
        part.run(i);
      }
      least = Math.min(least, (clock.getCurrentThreadCpuTime() - start) / 1e6 / photos);
    }
    System.out.printf(Locale.ROOT, "  %-20s %8.2f ms%n", name, least);
  }
}
