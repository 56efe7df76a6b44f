package io.atelier.pretrain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** All steps of a stage that are left, with lines of progress and the losses in a CSV file. */
final class Loop {
  private final String name;
  private final Path work;
  private final Progress progress;

  Loop(String name, Path work, Consumer<String> lines) {
    this.name = name;
    this.work = work;
    this.progress = new Progress(name, lines);
  }

  /** Trains to the end; {@code look} gets the number of steps done every so often, and the last. */
  void train(TrainingRun run, int every, IntConsumer look) {
    while (!run.done()) {
      run.step();
      int step = run.losses().size();
      progress.at(step, step + run.left(), run.recentLoss());
      if (step % every == 0 || run.done()) {
        look.accept(step);
        losses(run.losses());
      }
    }
  }

  private void losses(List<Double> losses) {
    StringBuilder csv = new StringBuilder("step,loss\n");
    for (int i = 0; i < losses.size(); i++) {
      csv.append(i + 1).append(',').append(losses.get(i).floatValue()).append('\n');
    }
    try {
      Files.writeString(work.resolve(name + ".csv"), csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
