package io.atelier.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Every setting of every stage, with its default and its range. A value comes from, in rising
 * order: the default here, the YAML file, the environment, the command line; see {@link
 * SettingsLoader}. The key of a component is its section and its name in snake case: {@code
 * train.learning_rate}, in the environment {@code ATELIER_TRAIN_LEARNING_RATE}.
 */
public record Settings(
    Intake intake,
    Curate curate,
    CaptionSettings caption,
    Train train,
    Generate generate,
    Model model,
    Report report,
    Runtime runtime) {

  /** Registering files and subjects. */
  public record Intake(
      @Setting(
              value = "person",
              doc = "Class noun of a subject that brings none: 'photo of TRIGGER person'.")
          String classNoun,
      @Setting(
              value = "50000000",
              min = 1024,
              max = 1e9,
              doc =
                  "Most bytes of one image of a dataset; a larger one gets a row with the reason.")
          int maxBytes,
      @Setting(
              value = "16",
              min = 1,
              max = 256,
              doc = "Images of a dataset that one task fetches at once.")
          int fetchConcurrency,
      @Setting(
              value = "30",
              min = 1,
              max = 3600,
              doc = "Longest wait for an image behind a web address, in seconds.")
          int fetchTimeout,
      @Setting(
              value = "3",
              min = 1,
              max = 20,
              doc = "Requests for one web address before it has failed.")
          int fetchAttempts,
      @Setting(
              value = "1",
              min = 0,
              max = 30,
              doc = "Seconds before the second request, doubled from one to the next.")
          double fetchFirstWait) {}

  /** Which photos are good enough to train on. */
  public record Curate(
      @Setting(
              value = "portrait",
              doc =
                  "The rules photos are judged by: portrait, style or dataset, or a YAML file of"
                      + " one's own.")
          String rules,
      @Setting(
              value = "100000000",
              min = 4096,
              max = 1e9,
              doc = "Most pixels of an image; a larger one is refused before it is decoded.")
          int maxPixels,
      @Setting(
              value = "",
              doc =
                  "ONNX file of the YuNet face detector, which also finds eyes, nose and mouth; not"
                      + " set: the Haar cascade that OpenCV ships.")
          Optional<String> faceModel,
      @Setting(
              value = "",
              doc =
                  "ONNX file of the SFace model, which tells people apart; it needs"
                      + " curate.face_model.")
          Optional<String> identityModel,
      @Setting(
              value = "",
              doc =
                  "ONNX file of an image embedding, such as CLIP's vision tower; not set: images"
                      + " are compared by a thumbnail.")
          Optional<String> embeddingModel,
      @Setting(
              value = "",
              doc =
                  "ONNX file that gives an embedding an aesthetic score; it needs"
                      + " curate.embedding_model.")
          Optional<String> aestheticModel,
      @Setting(
              value = "",
              doc =
                  "ONNX file of a classifier that finds unsafe pictures, by pixels or by the"
                      + " embedding.")
          Optional<String> safetyModel,
      @Setting(value = "1", doc = "Classes of the safety model that are unsafe, counted from 0.")
          List<String> unsafeClasses,
      @Setting(value = "16", min = 1, max = 4096, doc = "Images in a run of these models.")
          int modelBatch,
      @Setting(
              value = "",
              min = 1,
              max = 100000,
              doc =
                  "Clusters in which alike images are looked for and balanced; not set: one for"
                      + " every 1000 images.")
          OptionalInt clusters,
      @Setting(
              value = "5",
              min = 1,
              max = 10000,
              doc = "Fewest accepted photos with which a subject is trained; BLOCKED below.")
          int minPhotos,
      @Setting(
              value = "10",
              min = 1,
              max = 10000,
              doc = "From so many accepted photos on a subject is READY, below it is DEGRADED.")
          int readyPhotos) {}

  /** How an adapter is trained. */
  public record Train(
      @Setting(
              value = "lora",
              choices = {"lora", "textual-inversion"},
              doc =
                  "What is trained: a LoRA adapter of the transformer, or vectors that the text"
                      + " encoders read in place of the trigger token.")
          String method,
      @Setting(
              value = "4",
              min = 1,
              max = 64,
              doc = "Vectors for the trigger token in each text encoder (textual inversion).")
          int inversionTokens,
      @Setting(value = "16", min = 1, max = 1024, doc = "Rank of the adapter.") int rank,
      @Setting(
              value = "16",
              min = 1e-3,
              max = 4096,
              doc = "The adapter's output is scaled by alpha / rank.")
          double alpha,
      @Setting(value = "1000", min = 1, max = 100000, doc = "Optimiser steps.") int steps,
      @Setting(
              value = "adamw",
              choices = {"adamw", "prodigy"},
              doc = "The optimiser; prodigy finds its step size itself, with learning rate 1.")
          String optimizer,
      @Setting(
              value = "1e-4",
              min = 1e-8,
              max = 10,
              doc = "Learning rate at its highest; 1 for prodigy.")
          double learningRate,
      @Setting(value = "1", min = 1, max = 64, doc = "Photos in a forward pass.") int batch,
      @Setting(value = "1", min = 1, max = 64, doc = "Forward passes in a step.") int accumulation,
      @Setting(
              value = "512",
              min = 16,
              max = 4096,
              multipleOf = 16,
              doc = "Photos are scaled to about this many pixels squared.")
          int resolution,
      @Setting(
              value = "own",
              choices = {"own", "square"},
              doc =
                  "The shape of what is trained on: own, near each photo's; square, the largest"
                      + " one with the face in it, for a model that has seen nothing else.")
          String shape,
      @Setting(
              value = "",
              doc =
                  "Smaller resolutions for the first equal shares of the steps, rising; the last"
                      + " share is at train.resolution.")
          List<String> progressive,
      @Setting(
              value = "0",
              min = 0,
              max = 1,
              doc = "Share of samples that show the photo with left and right swapped.")
          double flip,
      @Setting(
              value = "diffusers",
              choices = {"attention", "attention+text", "diffusers", "all-blocks"},
              doc = "Name of the set of layers that are adapted.")
          String targets,
      @Setting(
              value = "0.05",
              min = 0,
              max = 1,
              doc = "Share of steps that see the empty caption instead.")
          double captionDropout,
      @Setting(
              value = "1.0",
              min = 0,
              max = 100,
              doc = "Guidance the model is told while it learns; models without it ignore this.")
          double guidance,
      @Setting(
              value = "constant",
              choices = {"constant", "cosine"},
              doc = "How the learning rate goes on after the warm-up.")
          String schedule,
      @Setting(value = "1e-4", min = 0, max = 1, doc = "Decoupled weight decay.")
          double weightDecay,
      @Setting(
              value = "1.0",
              min = 1e-6,
              max = 1e9,
              doc = "Greatest norm of all gradients together; longer ones are scaled down to it.")
          double clip,
      @Setting(
              value = "0",
              min = 0,
              max = 100000,
              doc = "Steps over which the learning rate rises to its full height.")
          int warmup,
      @Setting(
              value = "0",
              min = 0,
              max = 4294967295.0,
              doc = "Seed of the first adapter values, the noise and the order of the photos.")
          long seed,
      @Setting(
              value = "bfloat16",
              choices = {"bfloat16", "float32"},
              doc = "Number format of the frozen model; the adapter itself is float32.")
          String precision,
      @Setting(
              value = "logit-normal+flux-shift",
              choices = {
                "logit-normal+flux-shift",
                "logit-normal",
                "uniform+flux-shift",
                "uniform"
              },
              doc =
                  "How the noise level of a step is drawn; flux-shift moves it towards noise by the"
                      + " size of the picture.")
          String sigmaSampling,
      @Setting(
              value = "none",
              choices = {"none", "images", "teacher"},
              doc =
                  "What keeps the model's idea of the class: pictures of it that the model makes,"
                      + " or the model's own predictions on those.")
          String prior,
      @Setting(
              value = "1.0",
              min = 0,
              max = 100,
              doc = "Weight of the loss on class samples beside the loss on the photos.")
          double priorWeight,
      @Setting(
              value = "100",
              min = 1,
              max = 10000,
              doc = "Class samples, made once for all subjects of a class noun.")
          int priorSamples,
      @Setting(value = "20", min = 1, max = 1000, doc = "Denoising steps of a class sample.")
          int priorSteps,
      @Setting(
              value = "3.5",
              min = 0,
              max = 100,
              doc = "Guidance that class samples are made with.")
          double priorGuidance,
      @Setting(
              value = "0",
              min = 0,
              max = 1000,
              doc = "Photos of each subject that are held out to measure the training on.")
          int validationPhotos,
      @Setting(
              value = "50",
              min = 1,
              max = 100000,
              doc = "Steps between two measurements on the held-out photos.")
          int validateEvery,
      @Setting(
              value = "0",
              min = 0,
              max = 1000,
              doc =
                  "Stop after so many measurements without a new best, and keep the best adapter;"
                      + " 0: train to the end and keep the last.")
          int patience) {

    /** The resolutions that are gone through, rising; the last is {@link #resolution}. */
    public List<Integer> resolutions() {
      return Stream.concat(progressive.stream().map(Integer::valueOf), Stream.of(resolution))
          .toList();
    }
  }

  /** How pictures are made. */
  public record Generate(
      @Setting(value = "4", min = 1, max = 256, doc = "Pictures that are denoised together.")
          int batchSize,
      @Setting(
              value = "bfloat16",
              choices = {"bfloat16", "float32"},
              doc = "Number format of the model.")
          String precision,
      @Setting(value = "studio", doc = "Style packs to render: names of built-in packs, or files.")
          List<String> packs,
      @Setting(
              value = "",
              doc =
                  "Folder of a network that tells people apart: model.onnx with an output embedding,"
                      + " and preprocessor_config.json; not set: nobody measures how like the"
                      + " person pictures are.")
          Optional<String> likenessFolder) {}

  /** The base model. */
  public record Model(
      @Setting(value = "", doc = "Folder of the checkpoint, in the layout diffusers publishes.")
          Optional<String> checkpoint,
      @Setting(
              value = "",
              min = 1,
              max = 4096,
              doc = "Tokens the T5 encoder reads; not set: what the checkpoint's tokenizer says.")
          OptionalInt t5Length,
      @Setting(
              value = "auto",
              choices = {"auto", "cpu", "cuda"},
              doc =
                  "Where the model runs; auto takes the GPU that Spark gives a task, else the CPU;"
                      + " the command image takes the first GPU.")
          String device) {}

  /** Where a report stops growing; each limit leaves a line that says how many there are. */
  public record Report(
      @Setting(
              value = "50",
              min = 1,
              max = 100000,
              doc = "Above this number of subjects, every subject has a page of its own.")
          int subjectsOnOnePage,
      @Setting(
              value = "1000",
              min = 1,
              max = 100000,
              doc = "Subjects that are shown, those with failures first; the others are counted.")
          int shownSubjects,
      @Setting(
              value = "100",
              min = 1,
              max = 100000,
              doc = "Accepted photos that are shown of a subject, the best first; as many refused.")
          int shownPhotos,
      @Setting(value = "24", min = 1, max = 1000, doc = "Rows of the contact sheet, one a subject.")
          int sheetSubjects,
      @Setting(value = "12", min = 1, max = 100, doc = "Columns of the contact sheet, one a look.")
          int sheetLooks,
      @Setting(
              value = "200",
              min = 0,
              max = 1000000,
              doc = "Failures that are spelled out on the first page.")
          int listedFailures,
      @Setting(
              value = "60",
              min = 0,
              max = 100000,
              doc = "Subjects with a card on the page on curation, blocked ones first.")
          int subjects,
      @Setting(
              value = "12",
              min = 0,
              max = 10000,
              doc = "Refused pictures on the page on curation, of each reason.")
          int refusedPhotos,
      @Setting(
              value = "24",
              min = 0,
              max = 10000,
              doc = "Groups of near-duplicates on the page on curation, the largest first.")
          int duplicateGroups) {}

  /** How a job runs. */
  public record Runtime(
      @Setting(
              value = "",
              min = 1,
              max = 1024,
              doc = "Threads a model computation uses; not set: the cores of the task.")
          OptionalInt threads,
      @Setting(
              value = "0.1",
              min = 0,
              max = 1,
              doc = "A run in which a greater share of the rows failed ends with exit code 6.")
          double maxFailedShare,
      @Setting(value = "false", doc = "Train and render only subjects with a consent on record.")
          boolean requireConsent,
      @Setting(
              value = "100",
              min = 0,
              max = 100000,
              doc =
                  "Steps between two saved states of a training, from which it goes on after a"
                      + " crash; 0 saves none.")
          int checkpointEvery) {}

  /** The defaults. */
  public static Settings defaults() {
    return SettingsBinder.defaults();
  }

  /**
   * SHA-256, in hexadecimal, over all values in canonical form: one {@code key=value} line each, in
   * the order of the keys. Equal settings have equal hashes, wherever the values came from.
   */
  public String hash() {
    return Canonical.hash(SettingsBinder.values(this), "");
  }

  /**
   * The same over one section.
   *
   * @param section such as {@code train}
   * @throws IllegalArgumentException for a section that does not exist
   */
  public String hash(String section) {
    if (!SettingKey.sections().contains(section)) {
      throw new IllegalArgumentException("no section '" + section + "' in the settings");
    }
    return Canonical.hash(SettingsBinder.values(this), section + ".");
  }

  /** The effective values as YAML that {@code --config} reads back. */
  public String describe() {
    return Canonical.yaml(SettingsBinder.values(this));
  }

  /** The same of one section, such as {@code train}. */
  public String describe(String section) {
    Map<String, Object> values = new LinkedHashMap<>(SettingsBinder.values(this));
    values.keySet().removeIf(key -> !key.startsWith(section + "."));
    return Canonical.yaml(values);
  }
}
