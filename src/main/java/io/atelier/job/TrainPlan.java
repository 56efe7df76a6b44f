package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.caption.CaptionerConfig;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.Inversion;
import io.atelier.lora.SetEncoder;
import io.atelier.lora.Trainer;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which adapter every subject should have: its photos, captions, settings and hence its id. */
final class TrainPlan {
  private static final int MOST_SAID = 10;

  private final JobContext context;
  private final ModelSpec model;
  private final String architecture;
  private final TrainRecipe recipe;
  private final PriorPlan priors;

  TrainPlan(JobContext context, ModelSpec model) {
    this.context = context;
    this.model = model;
    Checkpoint checkpoint = Checkpoint.open(Path.of(model.folder()));
    this.architecture = AdapterLineage.architecture(checkpoint.transformer());
    this.recipe =
        TrainRecipe.of(context.settings().train(), checkpoint.transformer().guidanceEmbeds());
    this.priors = new PriorPlan(recipe, model);
  }

  /** What all of the trainings have in common. */
  TrainRecipe recipe() {
    return recipe;
  }

  /** One job a subject, also for those with too few photos; sorted by subject id. */
  Map<SubjectRow, TrainingJob> jobs() {
    List<SubjectRow> subjects = context.tables().subjects().rows();
    Map<String, List<TrainingPhoto>> photos = photos(willing(subjects));
    Map<SubjectRow, TrainingJob> jobs = new LinkedHashMap<>();
    for (SubjectRow subject : subjects) {
      if (!subject.isDataset()) {
        jobs.put(subject, job(subject, photos.getOrDefault(subject.subjectId(), List.of())));
      }
    }
    return jobs;
  }

  private TrainingJob job(SubjectRow subject, List<TrainingPhoto> photos) {
    String setId = setId(photos);
    PriorJob prior = priors.of(subject.classNoun());
    String trainingId =
        Ids.training(
            subject.subjectId(),
            setId,
            subject.classNoun(),
            prior == null ? null : prior.priorId(),
            recipe.hash(),
            model.hash(),
            Trainer.VERSION);
    AdapterLineage.Contract contract = Contracts.of(subject);
    String adapterId = Ids.adapter(trainingId, contract.allowedPacks(), contract.consent());
    return new TrainingJob(
        adapterId,
        trainingId,
        setId,
        subject.subjectId(),
        photos,
        recipe.lora(),
        inversion(subject, photos),
        recipe.train(),
        recipe.resolutions(),
        recipe.shape(),
        recipe.mirrored(),
        prior,
        lineage(subject, adapterId, setId, contract).toMetadata());
  }

  /** The word to learn; null where a LoRA is trained. */
  private Inversion inversion(SubjectRow subject, List<TrainingPhoto> photos) {
    return recipe.vectors() == null
        ? null
        : new Inversion(
            subject.triggerToken(),
            subject.classNoun(),
            recipe.vectors(),
            photos.stream().map(TrainingPhoto::text).distinct().toList());
  }

  /** Changes with everything that the cached latents and embeddings depend on. */
  private String setId(List<TrainingPhoto> photos) {
    List<Object> fields =
        new ArrayList<>(
            List.of("training set", SetEncoder.VERSION, TextEncoders.VERSION, model.hash()));
    fields.add(recipe.resolutions());
    fields.add(recipe.shape());
    fields.add(recipe.mirrored());
    fields.add(model.t5Length());
    fields.add(model.precision().toString());
    photos.forEach(photo -> fields.add(List.of(photo.assetId(), photo.text(), photo.faceText())));
    return Hashes.ofFields(fields.toArray());
  }

  private AdapterLineage lineage(
      SubjectRow subject, String adapterId, String setId, AdapterLineage.Contract contract) {
    return new AdapterLineage(
        adapterId,
        model.hash(),
        architecture,
        subject.triggerToken(),
        subject.classNoun(),
        setId,
        context.settings().describe("train"),
        recipe.hash(),
        CodeVersion.current(),
        contract);
  }

  /** Accepted photos with their current caption, sorted by asset id. */
  private Map<String, List<TrainingPhoto>> photos(Set<String> willing) {
    Map<String, List<TrainingPhoto>> photos = new TreeMap<>();
    List<String> without = new ArrayList<>();
    for (Row row : accepted().collectAsList()) {
      String subject = row.getAs("subject_id");
      if (!row.isNullAt(row.fieldIndex("caption_id"))) {
        photos.computeIfAbsent(subject, id -> new ArrayList<>()).add(photo(row));
      } else if (willing.contains(subject)) {
        without.add(row.getAs("source"));
      }
    }
    sayWithout(without);
    return photos;
  }

  private Set<String> willing(List<SubjectRow> subjects) {
    return Contracts.willing(context.settings(), subjects).stream()
        .map(SubjectRow::subjectId)
        .collect(Collectors.toSet());
  }

  private void sayWithout(List<String> photos) {
    if (!photos.isEmpty()) {
      context.say(
          "%s: %d accepted photos have no caption by %s and are left out, such as %s; run caption, which says why, or choose another caption.captioner"
              .formatted(
                  TrainJob.STAGE,
                  photos.size(),
                  context.settings().caption().captioner(),
                  String.join(", ", photos.subList(0, Math.min(MOST_SAID, photos.size())))));
    }
  }

  /** With a null caption where there is none. */
  private Dataset<Row> accepted() {
    CaptionerConfig captioner = Captioners.of(context.settings().caption());
    Dataset<Row> people =
        Subjects.people(context).select("subject_id", "trigger_token", "class_noun");
    Dataset<Row> captions =
        context
            .tables()
            .captions()
            .read()
            .where(col("captioner").equalTo(captioner.captioner()))
            .where(col("revision").equalTo(Captioners.version(captioner)))
            .join(people, new String[] {"subject_id", "trigger_token", "class_noun"}, "left_semi")
            .select("input_id", "caption_id", "text");
    Dataset<Row> photos =
        Joins.with(
            Accepted.photos(context).select("input_id", "subject_id", "asset_id", "faces"),
            people,
            "subject_id");
    Dataset<Row> files = context.tables().assets().read().select("input_id", "source", "uri");
    return photos
        .join(captions, new String[] {"input_id"}, "left")
        .join(files, new String[] {"input_id"}, "inner")
        .select("subject_id", "asset_id", "source", "uri", "caption_id", "text", "faces")
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
