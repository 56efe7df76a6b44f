package io.atelier.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.PixelValues;
import io.atelier.image.Preparation;
import io.atelier.image.ThumbnailDescriptor;
import io.atelier.onnx.BatchGraph;
import io.atelier.provenance.Hashes;
import io.atelier.store.Locations;
import io.atelier.store.Store;
import io.atelier.worker.ModelFiles;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A model of curation: an exported one, or the {@link ThumbnailDescriptor}.
 *
 * @param file the ONNX file; null for the descriptor
 * @param preparation content of the {@code preprocessor_config.json} beside it; empty: as CLIP
 * @param version kind and content, as in {@code predictions}
 */
record CurateModel(Kind kind, URI file, String preparation, String version) {
  /** What compares pictures where no embedding model is configured. */
  static final CurateModel DESCRIPTOR =
      new CurateModel(Kind.EMBEDDING, null, "", "embedding:" + ThumbnailDescriptor.VERSION);

  private static final int CLIP_SIDE = 224;
  private static final int DIGITS = 12;

  /** What a model says of a picture. */
  enum Kind {
    /** What it shows. */
    EMBEDDING("curate.embedding_model"),
    /** How it pleases. */
    AESTHETIC("curate.aesthetic_model"),
    /** Whether it is unsafe. */
    UNSAFE("curate.safety_model");

    private final String setting;

    Kind(String setting) {
      this.setting = setting;
    }

    /** The setting that names its file. */
    String setting() {
      return setting;
    }
  }

  /**
   * The model of a file.
   *
   * @param depends what its numbers depend on besides the file
   */
  static CurateModel of(JobContext context, Kind kind, String location, Object... depends) {
    URI file = Locations.parse(location);
    return named(
        kind,
        () -> {
          URI config = file.resolve(PixelValues.FILE);
          String preparation =
              context.store().exists(config)
                  ? new String(context.store().read(config), StandardCharsets.UTF_8)
                  : "";
          String content =
              Hashes.ofFields(
                  CurateRules.hash(context, file), preparation, Hashes.ofFields(depends));
          String version =
              kind.name().toLowerCase(Locale.ROOT) + ":" + content.substring(0, DIGITS);
          return new CurateModel(kind, file, preparation, version);
        });
  }

  /**
   * How it wants pictures; empty if it looks at the embedding.
   *
   * @throws AtelierException naming the file and its setting if it is no such model
   */
  Optional<Preparation> pixels(Store store) {
    return isDescriptor()
        ? Optional.of(new ThumbnailDescriptor())
        : named(
            kind,
            () -> {
              try (BatchGraph graph = BatchGraph.open(ModelFiles.local(store, file), "cpu", 1)) {
                if (graph.inputs().size() != 1) {
                  throw bad("it takes the inputs " + graph.inputs() + ", not one");
                }
                long[] shape = graph.shape(graph.inputs().get(0));
                return pixels(shape);
              }
            });
  }

  /** Whether it is no exported model. */
  boolean isDescriptor() {
    return file == null;
  }

  private Optional<Preparation> pixels(long... shape) {
    if (shape.length == 2 && kind != Kind.EMBEDDING) {
      return Optional.empty();
    }
    if (shape.length != 4 || kind == Kind.AESTHETIC) {
      throw bad(
          "its input has %d axes; expected %s"
              .formatted(
                  shape.length,
                  switch (kind) {
                    case EMBEDDING -> "4, of pictures";
                    case AESTHETIC -> "2, of embeddings";
                    case UNSAFE -> "4, of pictures, or 2, of embeddings";
                  }));
    }
    if (preparation.isEmpty()) {
      return Optional.of(PixelValues.clip(shape[2] > 0 ? (int) shape[2] : CLIP_SIDE));
    }
    String config = Locations.text(file.resolve(PixelValues.FILE));
    try {
      return Optional.of(PixelValues.of(new ObjectMapper().readTree(preparation), config));
    } catch (JsonProcessingException e) {
      throw new AtelierException(ErrorCode.BAD_CHECKPOINT, config + " is no JSON.", e);
    }
  }

  private AtelierException bad(String why) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, "Cannot use " + Locations.text(file) + ": " + why + ".");
  }

  private static <T> T named(Kind kind, Supplier<T> work) {
    try {
      return work.get();
    } catch (AtelierException e) {
      throw new AtelierException(
          e.code(),
          e.getMessage() + " It is " + kind.setting() + "; null switches the model off.",
          e);
    }
  }
}
