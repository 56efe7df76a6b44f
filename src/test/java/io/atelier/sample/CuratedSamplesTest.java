package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.image.Hashes;
import io.atelier.image.Measured;
import io.atelier.image.Measurer;
import io.atelier.image.Reason;
import io.atelier.image.Rules;
import io.atelier.sample.SamplePhoto.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The photos of the demo, held against the rules that the demo holds them against. */
class CuratedSamplesTest {
  private static final Set<Kind> KNOWN_BY_OTHERS = EnumSet.of(Kind.DUPLICATE, Kind.NEAR_DUPLICATE);

  @TempDir static Path folder;
  private static final Map<SamplePhoto, Verdict> VERDICTS = new HashMap<>();

  /** What the rules say of a photo, and its hash if it could be decoded. */
  private record Verdict(List<Reason> reasons, String phash) {
    static Verdict of(Measured measured, Rules rules) {
      return measured
          .metrics()
          .map(metrics -> new Verdict(rules.judge(metrics::get), metrics.phash()))
          .orElseGet(() -> new Verdict(List.of(measured.problem().orElseThrow()), null));
    }

    boolean accepted() {
      return reasons.stream().noneMatch(Reason::rejects);
    }
  }

  @BeforeAll
  static void measure() throws IOException {
    Rules rules = Rules.load("portrait");
    Measurer.Options options =
        new Measurer.Options(100_000_000, true, Optional.empty(), Optional.empty(), false);
    try (Measurer measurer = Measurer.open(options)) {
      for (SamplePhoto photo : SamplePhotos.write(folder, 9, 4)) {
        byte[] bytes = Files.readAllBytes(photo.file());
        VERDICTS.put(photo, Verdict.of(measurer.measure(bytes), rules));
      }
    }
  }

  @Test
  void goodPhotosAreAcceptedAndBadOnesRefused() {
    VERDICTS.forEach(
        (photo, verdict) -> {
          boolean acceptable = photo.kind().acceptable() || KNOWN_BY_OTHERS.contains(photo.kind());
          assertThat(verdict.accepted())
              .as("%s: %s", photo, verdict.reasons())
              .isEqualTo(acceptable);
        });
  }

  @Test
  void onlyTheRepeatedPhotosOfAPersonAreNearlyTheSame() {
    List<SamplePhoto> seen =
        VERDICTS.keySet().stream().filter(photo -> VERDICTS.get(photo).accepted()).toList();
    for (SamplePhoto photo : seen) {
      for (SamplePhoto other : seen) {
        boolean pair = photo != other && photo.subject().equals(other.subject());
        if (pair && photo.kind().acceptable() && other.kind().acceptable()) {
          assertThat(bits(photo, other)).as("%s, %s", photo, other).isGreaterThan(8);
        }
      }
    }
    for (Kind kind : KNOWN_BY_OTHERS) {
      SamplePhoto copy =
          seen.stream().filter(photo -> photo.kind() == kind).findFirst().orElseThrow();
      assertThat(seen)
          .filteredOn(photo -> photo != copy && photo.subject().equals(copy.subject()))
          .anyMatch(photo -> bits(photo, copy) <= 8);
    }
  }

  private static int bits(SamplePhoto one, SamplePhoto other) {
    return Hashes.distance(VERDICTS.get(one).phash(), VERDICTS.get(other).phash());
  }
}
