package io.atelier.worker;

import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.TokenEmbeddings;
import io.atelier.store.Store;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/** Writes the embeddings of distinct prompts into the lake, one file a prompt. */
public final class EncodePrompts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final TaskSettings task;

  /** The text encoders of one checkpoint. */
  public EncodePrompts(ModelSpec model, TaskSettings task) {
    this.model = model;
    this.task = task;
  }

  /**
   * A prompt that could not be encoded.
   *
   * @param reason why
   */
  public record Failed(String embeddingId, String reason) implements Serializable {}

  /** Encodes the prompts of one partition; gives those that failed. */
  public List<Failed> apply(Iterator<PromptToEncode> prompts) {
    String device = task.begin();
    model.keepOnly(device, TextEncoders.class);
    List<Failed> failed = new ArrayList<>();
    while (prompts.hasNext()) {
      PromptToEncode prompt = prompts.next();
      String reason = Failures.guardRetried(() -> encode(prompt, device), text -> text);
      if (reason != null) {
        failed.add(new Failed(prompt.embeddingId(), reason));
      }
      task.done().add(1);
    }
    return failed;
  }

  private String encode(PromptToEncode prompt, String device) {
    Store store = task.store();
    URI target = task.lake().embedding(prompt.embeddingId());
    if (!store.exists(target)) {
      try (ModelHost.Lease<TextEncoders> encoders =
              model.borrow(TextEncoders.class, device, TextEncoders::load);
          PointerScope scope = new PointerScope()) {
        EmbeddingFile.write(encode(prompt, encoders.model()), store, target);
      }
    }
    return null;
  }

  private PromptEmbedding encode(PromptToEncode prompt, TextEncoders encoders) {
    if (prompt.word() == null) {
      return encoders.encode(prompt.text(), model.t5Length());
    }
    URI file = task.lake().resolve(prompt.wordUri());
    try (LocalFiles files = new LocalFiles(task);
        TokenEmbeddings learned = TokenEmbeddings.read(files.of(file, prompt.wordSha256()))) {
      return encoders.encode(prompt.text(), model.t5Length(), learned.as(prompt.word()));
    }
  }
}
