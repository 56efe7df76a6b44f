package io.atelier.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.caption.Answer;
import io.atelier.error.AtelierException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that were paid for, one small file each from the moment they come until the table has
 * them: a task that is killed does not pay twice. A store that fails here fails no caption.
 */
final class KeptAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TaskSettings task;

  KeptAnswers(TaskSettings task) {
    this.task = task;
  }

  /** The answer that an earlier task got, if it did. */
  Optional<Answer> of(String descriptionId) {
    URI file = task.lake().answer(descriptionId);
    try {
      return task.store().exists(file)
          ? Optional.of(JSON.readValue(task.store().read(file), Answer.class))
          : Optional.empty();
    } catch (AtelierException | IOException e) {
      LOG.warn("cannot read {}; the photo is described again", file, e);
      return Optional.empty();
    }
  }

  /** Keeps an answer. */
  void keep(String descriptionId, Answer answer) {
    URI file = task.lake().answer(descriptionId);
    try {
      task.store().publish(file, JSON.writeValueAsBytes(answer));
    } catch (AtelierException | IOException e) {
      LOG.warn("cannot write {}; a task that is killed pays for it again", file, e);
    }
  }
}
