package io.atelier.job;

import io.atelier.testing.StandaloneCluster;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trainings that wait until they are released: a named pipe lies where the saved state of each
 * would be. A task that opens it waits for a writer; it then finds an empty state, which is of no
 * use, and trains from step 0.
 */
final class HeldTrainings {
  private static final String STATE = ".safetensors";

  private final Map<String, Path> pipes = new LinkedHashMap<>();

  /** Holds all of a run's trainings but the first. */
  HeldTrainings(JobContext context, int free) throws IOException, InterruptedException {
    ModelSpec model = BaseModel.of(context.settings(), context.settings().train().precision());
    List<TrainingJob> jobs = List.copyOf(new TrainPlan(context, model).jobs().values());
    for (TrainingJob job : jobs.subList(free, jobs.size())) {
      Path pipe = Path.of(context.lake().checkpoint(job.subjectId(), job.trainingId()));
      Files.createDirectories(pipe.getParent());
      StandaloneCluster.command("mkfifo", pipe.toString());
      pipes.put(job.subjectId(), pipe);
    }
  }

  /** Subjects whose task has started and waits: tasks note their start beside the state. */
  List<String> waiting() {
    return pipes.entrySet().stream()
        .filter(pipe -> isHeld(pipe.getValue()) && Files.exists(notes(pipe.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Lets the task go that waits for this subject's state. */
  void release(String subject) throws IOException {
    Files.newOutputStream(pipes.get(subject)).close();
  }

  /** Takes away the pipes that no task has come to. */
  void end() throws IOException {
    for (Path pipe : pipes.values()) {
      if (isHeld(pipe)) {
        Files.delete(pipe);
      }
    }
  }

  private static boolean isHeld(Path pipe) {
    return Files.exists(pipe) && !Files.isRegularFile(pipe);
  }

  private static Path notes(Path pipe) {
    return Path.of(pipe.toString().replace(STATE, ""));
  }
}
