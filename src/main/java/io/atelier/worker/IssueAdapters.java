package io.atelier.worker;

import io.atelier.lora.AdapterLineage;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes the tensors of trained adapters under other contracts: to consent is not to train. */
public final class IssueAdapters implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TaskSettings task;

  /** Issuing into the lake of a task. */
  public IssueAdapters(TaskSettings task) {
    this.task = task;
  }

  /** Issues the adapters of one partition; one that fails is a result with a reason. */
  public List<IssuedAdapter> apply(Iterator<AdapterToIssue> adapters) {
    Scratch.sweep();
    List<IssuedAdapter> results = new ArrayList<>();
    while (adapters.hasNext()) {
      AdapterToIssue adapter = adapters.next();
      results.add(
          Failures.guardRetried(
              () -> issue(adapter),
              reason -> new IssuedAdapter(adapter.adapterId(), null, null, null, reason)));
      task.done().add(1);
    }
    return results;
  }

  private IssuedAdapter issue(AdapterToIssue adapter) {
    try (LocalFiles files = new LocalFiles(task)) {
      Path source = files.of(task.lake().resolve(adapter.source()));
      ScratchFile.Published file =
          ScratchFile.publish(
              task.store(),
              sha256 -> task.lake().adapter(adapter.subjectId(), adapter.adapterId(), sha256),
              local -> rewrite(adapter, source, local));
      return new IssuedAdapter(
          adapter.adapterId(), task.lake().relative(file.uri()), file.sha256(), file.bytes(), null);
    }
  }

  private static void rewrite(AdapterToIssue adapter, Path source, Path target) {
    try (SafetensorsFile file = SafetensorsFile.open(source)) {
      Map<String, String> header =
          AdapterLineage.under(file.metadata(), adapter.adapterId(), adapter.contract());
      SafetensorsWriter.rewrite(file, target, header, (name, tensor) -> tensor);
    }
  }
}
