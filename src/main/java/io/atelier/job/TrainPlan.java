package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.caption.CaptionerConfig;
import io.atelier.config.Settings;
import io.atelier.flux.Checkpoint;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.Inversion;
import io.atelier.provenance.CodeVersion;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.table.SubjectRow;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PriorJob;
import io.atelier.worker.TrainingJob;
import io.atelier.worker.TrainingPhoto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which adapter every subject should have: its photos, captions, settings and hence its id. */
final class TrainPlan {
  private final JobContext context;
  private final ModelSpec model;
  private final String architecture;
  private final PriorPlan priors;

  TrainPlan(JobContext context, ModelSpec model) {
    this.context = context;
    this.model = model;
    Checkpoint checkpoint = Checkpoint.open(Path.of(model.folder()));
    this.architecture = AdapterLineage.architecture(checkpoint.transformer());
    this.priors = new PriorPlan(context.settings().train(), model);
  }

  /** One job a subject, also for those with too few photos; sorted by subject id. */
  Map<SubjectRow, TrainingJob> jobs() {
    Map<String, List<TrainingPhoto>> photos = photos();
    Map<SubjectRow, TrainingJob> jobs = new LinkedHashMap<>();
    for (SubjectRow subject : context.tables().subjects().rows()) {
      jobs.put(subject, job(subject, photos.getOrDefault(subject.subjectId(), List.of())));
    }
    return jobs;
  }

  private TrainingJob job(SubjectRow subject, List<TrainingPhoto> photos) {
    Settings.Train settings = context.settings().train();
    List<String> texts = photos.stream().map(TrainingPhoto::text).toList();
    String config = context.settings().hash("train");
    String setId = setId(photos, settings);
    Inversion inversion = TrainSettings.inversion(settings, subject, texts);
    PriorJob prior = inversion == null ? priors.of(subject.classNoun()) : null;
    String adapterId =
        Ids.adapter(
            subject.subjectId(),
            setId,
            subject.classNoun(),
            prior == null ? null : prior.priorId(),
            config,
            model.hash(),
            CodeVersion.release());
    return new TrainingJob(
        adapterId,
        setId,
        subject.subjectId(),
        photos,
        TrainSettings.lora(settings),
        inversion,
        TrainSettings.train(settings),
        settings.resolutions(),
        settings.flip() > 0,
        prior,
        lineage(subject, adapterId, setId, config).toMetadata());
  }

  /** Changes with everything that the cached latents and embeddings depend on. */
  private String setId(List<TrainingPhoto> photos, Settings.Train settings) {
    List<Object> fields = new ArrayList<>(List.of("training set", model.hash()));
    fields.add(settings.resolutions());
    fields.add(settings.flip() > 0);
    fields.add(model.t5Length());
    fields.add(model.precision().toString());
    photos.forEach(photo -> fields.add(List.of(photo.assetId(), photo.text(), photo.faceText())));
    return Hashes.ofFields(fields.toArray());
  }

  private AdapterLineage lineage(
      SubjectRow subject, String adapterId, String setId, String configHash) {
    String concept = subject.triggerToken() + " " + subject.classNoun();
    return new AdapterLineage(
        adapterId,
        model.hash(),
        architecture,
        subject.triggerToken(),
        subject.classNoun(),
        setId,
        context.settings().describe("train"),
        configHash,
        CodeVersion.current(),
        new AdapterLineage.Contract(
            concept, List.of(AdapterLineage.Contract.ANY_PACK), subject.consent()));
  }

  /** Accepted photos with their current caption, sorted by asset id. */
  private Map<String, List<TrainingPhoto>> photos() {
    Map<String, List<TrainingPhoto>> photos = new TreeMap<>();
    for (Row row : accepted().collectAsList()) {
      photos.computeIfAbsent(row.getAs("subject_id"), id -> new ArrayList<>()).add(photo(row));
    }
    return photos;
  }

  private Dataset<Row> accepted() {
    CaptionerConfig captioner = Captioners.of(context.settings().caption());
    Dataset<Row> subjects =
        context.tables().subjects().read().select("subject_id", "trigger_token", "class_noun");
    Dataset<Row> captions =
        context
            .tables()
            .captions()
            .read()
            .where(col("captioner").equalTo(captioner.captioner()))
            .where(col("revision").equalTo(Captioners.version(captioner)))
            .join(
                subjects, new String[] {"subject_id", "trigger_token", "class_noun"}, "left_semi");
    Dataset<Row> verdicts =
        context
            .tables()
            .verdicts()
            .read()
            .where(
                col("rules_version").equalTo(CurateRules.of(context.settings().curate()).version()))
            .where(col("decision").equalTo("ACCEPT"))
            .select("input_id", "faces");
    Dataset<Row> files = context.tables().assets().read().select("input_id", "uri");
    return captions
        .join(verdicts, new String[] {"input_id"}, "inner")
        .join(files, new String[] {"input_id"}, "inner")
        .select("subject_id", "asset_id", "uri", "caption_id", "text", "faces")
        .sort("subject_id", "asset_id");
  }

  private static TrainingPhoto photo(Row row) {
    List<Row> faces = row.getList(row.fieldIndex("faces"));
    return new TrainingPhoto(
        row.getAs("asset_id"),
        row.getAs("uri"),
        row.getAs("caption_id"),
        row.getAs("text"),
        faces == null || faces.isEmpty() ? null : box(faces.get(0)));
  }

  private static int[] box(Row face) {
    return new int[] {face.getAs("x"), face.getAs("y"), face.getAs("width"), face.getAs("height")};
  }
}
