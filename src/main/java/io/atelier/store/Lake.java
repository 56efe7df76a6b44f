package io.atelier.store;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.net.URI;

/**
 * Where a lake keeps its tables and files. Files of a person lie in folders of the person's id;
 * caches and images of datasets lie in folders of the first two digits of their id, so that no
 * folder grows too large.
 *
 * @param root the lake's root, local or {@code s3a}
 */
public record Lake(URI root) implements Serializable {
  private static final int CONTENT_DIGITS = 8;

  /** The lake at a typed location, see {@link Locations#parse}. */
  public static Lake at(String location) {
    return new Lake(Locations.parse(location));
  }

  /** The folder of all tables, as Hadoop writes paths. */
  public String tables() {
    return Locations.text(at("tables", ""));
  }

  /** The folder of one table. */
  public URI table(String name) {
    return at("tables", name);
  }

  /** The folder of a subject's photos. */
  public URI photos(String subjectId) {
    return at("photos", subjectId);
  }

  /** A photo as it came in; extension without the dot. */
  public URI photo(String subjectId, String assetId, String extension) {
    return Locations.child(photos(subjectId), assetId + "." + extension);
  }

  /** The folder of a dataset's images. */
  public URI dataset(String datasetId) {
    return at("datasets", datasetId);
  }

  /** An image of a dataset as it came in; extension without the dot. */
  public URI datasetImage(String datasetId, String assetId, String extension) {
    return Locations.child(dataset(datasetId), shard(assetId) + "/" + assetId + "." + extension);
  }

  /** A prompt's embeddings. */
  public URI embedding(String id) {
    return at("embeddings", shard(id) + "/" + id + ".safetensors");
  }

  /** The folder of a captioner's answers that no table has yet. */
  public URI answers(String captioner) {
    return at("answers", captioner);
  }

  /** What a captioner answered, until a table has it. */
  public URI answer(String captioner, String descriptionId) {
    return Locations.child(answers(captioner), descriptionId + ".json");
  }

  /** The folder of the cached training sets of all subjects. */
  public URI trainingSets() {
    return at("latents", "");
  }

  /** The folder of a subject's cached training sets. */
  public URI trainingSets(String subjectId) {
    return at("latents", subjectId);
  }

  /** A subject's photos as latents and captions as embeddings, ready to train on. */
  public URI trainingSet(String subjectId, String setId) {
    return Locations.child(trainingSets(subjectId), setId + ".safetensors");
  }

  /** Samples of a class noun, shared by its subjects. */
  public URI prior(String id) {
    return at("priors", id + ".safetensors");
  }

  /** The folder of all adapters. */
  public URI adapters() {
    return at("adapters", "");
  }

  /** The folder of a subject's adapters. */
  public URI adapters(String subjectId) {
    return at("adapters", subjectId);
  }

  /**
   * An adapter file. Its content is part of the name: a task that was given up for dead and ends
   * late, on other hardware, with other last bits, does not replace the file that a row speaks of.
   */
  public URI adapter(String subjectId, String adapterId, String sha256) {
    String name = adapterId + "-" + sha256.substring(0, CONTENT_DIGITS) + ".safetensors";
    return Locations.child(adapters(subjectId), name);
  }

  /** The folder of the states of all trainings under way. */
  public URI checkpoints() {
    return at("checkpoints", "");
  }

  /** The folder of the states of a subject's trainings. */
  public URI checkpoints(String subjectId) {
    return Locations.child(checkpoints(), subjectId);
  }

  /** The state of a training under way. */
  public URI checkpoint(String subjectId, String trainingId) {
    return Locations.child(checkpoints(), subjectId + "/" + trainingId + ".safetensors");
  }

  /** The folder of what the tasks of a training under way have spent. */
  public URI efforts(String subjectId, String trainingId) {
    return Locations.child(checkpoints(), subjectId + "/" + trainingId);
  }

  /** The folder of a subject's generated images. */
  public URI images(String subjectId) {
    return at("images", subjectId);
  }

  /** A generated image. */
  public URI image(String subjectId, String requestId) {
    return Locations.child(images(subjectId), requestId + ".png");
  }

  /** A report, or a file of one. */
  public URI report(String name) {
    return at("reports", name);
  }

  /** A file that only runs under way need. */
  public URI work(String name) {
    return at("work", name);
  }

  /** The path of one of the lake's files relative to its root: what tables store. */
  public String relative(URI file) {
    String base = root.getPath().endsWith("/") ? root.getPath() : root.getPath() + "/";
    if (!file.getPath().startsWith(base)) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          Locations.text(file) + " is not inside the lake " + Locations.text(root));
    }
    return file.getPath().substring(base.length());
  }

  /** The file of a path that a table stores. */
  public URI resolve(String relative) {
    return Locations.child(root, relative);
  }

  private URI at(String folder, String name) {
    return Locations.child(root, name.isEmpty() ? folder : folder + "/" + name);
  }

  private static String shard(String id) {
    return id.substring(0, Math.min(2, id.length()));
  }
}
