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
 * short.
 */
final class BatchPlan {
  private final SortedMap<String, List<Integer>> bySize = new TreeMap<>();
  private final int batch;
  private final JobRandom random;
  private final int perEpoch;
  private long plannedEpoch = -1;
  private List<List<Integer>> planned = List.of();

  BatchPlan(List<TrainingSet.Photo> photos, int batch, JobRandom random) {
    this.batch = batch;
    this.random = random;
    for (int i = 0; i < photos.size(); i++) {
      bySize.computeIfAbsent(photos.get(i).size(), size -> new ArrayList<>()).add(i);
    }
    perEpoch = bySize.values().stream().mapToInt(group -> (group.size() + batch - 1) / batch).sum();
  }

  /** Indices of the photos of a batch, counted from 0 over all epochs. */
  List<Integer> photos(long index) {
    long epoch = index / perEpoch;
    if (epoch != plannedEpoch) {
      planned = plan(epoch);
      plannedEpoch = epoch;
    }
    return planned.get((int) (index % perEpoch));
  }

  private List<List<Integer>> plan(long epoch) {
    Random order = new Random(random.seed("order", epoch, 0));
    List<List<Integer>> batches = new ArrayList<>();
    for (List<Integer> group : bySize.values()) {
      List<Integer> shuffled = new ArrayList<>(group);
      Collections.shuffle(shuffled, order);
      for (int start = 0; start < shuffled.size(); start += batch) {
        int end = Math.min(start + batch, shuffled.size());
        batches.add(List.copyOf(shuffled.subList(start, end)));
      }
    }
    Collections.shuffle(batches, order);
    return batches;
  }
}
