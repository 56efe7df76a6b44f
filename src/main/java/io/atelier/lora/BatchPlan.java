package io.atelier.lora;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which photos go into which batch: every photo exactly once an epoch, only photos of one size
 * together, photos and batches in an order drawn anew for each epoch. A size's last batch may be
 * short. A set of several resolutions is gone through in rising order, an equal share of the steps
 * at each (progressive resizing: most is learnt where a step is cheap).
 */
final class BatchPlan {
  private final TrainConfig config;
  private final JobRandom random;

  /** For each resolution the photos of one size together, in the order of the sizes' names. */
  private final List<List<List<Integer>>> groups = new ArrayList<>();

  private long plannedEpoch = -1;
  private int plannedLevel = -1;
  private List<List<Integer>> planned = List.of();

  /**
   * A plan over some photos of a set.
   *
   * @param seen indices of the photos to train on
   */
  BatchPlan(TrainingSet set, List<Integer> seen, TrainConfig config, JobRandom random) {
    this.config = config;
    this.random = random;
    for (int level = 0; level < set.levels(); level++) {
      groups.add(bySize(set, seen, level));
    }
  }

  /** The index of the resolution at which a step, counted from 0, trains. */
  int level(int step) {
    return (int) ((long) step * groups.size() / config.steps());
  }

  /** Whether a step, counted from 0, trains at the highest resolution. */
  boolean isLastLevel(int step) {
    return level(step) == groups.size() - 1;
  }

  /** Indices of the photos of one of a step's batches, both counted from 0. */
  List<Integer> photos(int step, int accumulated) {
    int level = level(step);
    long index = (long) (step - firstStep(level)) * config.accumulation() + accumulated;
    int perEpoch = batches(level);
    plan(level, index / perEpoch);
    return planned.get((int) (index % perEpoch));
  }

  private int firstStep(int level) {
    int levels = groups.size();
    return (int) (((long) level * config.steps() + levels - 1) / levels);
  }

  private int batches(int level) {
    return groups.get(level).stream()
        .mapToInt(group -> (group.size() + config.batch() - 1) / config.batch())
        .sum();
  }

  private void plan(int level, long epoch) {
    if (level != plannedLevel || epoch != plannedEpoch) {
      planned = order(level, epoch);
      plannedLevel = level;
      plannedEpoch = epoch;
    }
  }

  private List<List<Integer>> order(int level, long epoch) {
    Random order = new Random(random.seed("order", epoch, level));
    List<List<Integer>> batches = new ArrayList<>();
    for (List<Integer> group : groups.get(level)) {
      List<Integer> shuffled = new ArrayList<>(group);
      Collections.shuffle(shuffled, order);
      for (int start = 0; start < shuffled.size(); start += config.batch()) {
        int end = Math.min(start + config.batch(), shuffled.size());
        batches.add(List.copyOf(shuffled.subList(start, end)));
      }
    }
    Collections.shuffle(batches, order);
    return batches;
  }

  private static List<List<Integer>> bySize(TrainingSet set, List<Integer> seen, int level) {
    SortedMap<String, List<Integer>> bySize = new TreeMap<>();
    for (int photo : seen) {
      String size = set.photos().get(photo).views().get(level).size();
      bySize.computeIfAbsent(size, s -> new ArrayList<>()).add(photo);
    }
    return List.copyOf(bySize.values());
  }
}
