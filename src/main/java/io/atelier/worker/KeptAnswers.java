package io.atelier.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.caption.Answer;
import io.atelier.caption.CaptionerConfig;
import io.atelier.error.AtelierException;
import io.atelier.provenance.Hashes;
import io.atelier.store.Lake;
import io.atelier.store.Store;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that were paid for, one small file each from the moment they come until the table has
 * them: a task that is killed does not pay twice. A store that fails here fails no caption.
 */
public final class KeptAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TaskSettings task;
  private final String captioner;

  KeptAnswers(TaskSettings task, CaptionerConfig captioner) {
    this.task = task;
    this.captioner = folder(captioner);
  }

  private static String folder(CaptionerConfig captioner) {
    return Hashes.ofFields(captioner.captioner(), captioner.revision()).substring(0, 16);
  }

  /** Deletes all answers of a captioner: the table has them. */
  public static void forget(Store store, Lake lake, CaptionerConfig captioner) {
    URI folder = lake.answers(folder(captioner));
    try {
      store.deleteFolder(folder);
    } catch (AtelierException e) {
      LOG.warn("cannot delete {}; it may be deleted by hand", folder, e);
    }
  }

  /** The answer that an earlier task got, if it did. */
  Optional<Answer> of(String descriptionId) {
    URI file = task.lake().answer(captioner, descriptionId);
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
    URI file = task.lake().answer(captioner, descriptionId);
    try {
      task.store().publish(file, JSON.writeValueAsBytes(answer));
    } catch (AtelierException | IOException e) {
      LOG.warn("cannot write {}; a task that is killed pays for it again", file, e);
    }
  }
}
