package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Autoencoder;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A training set as one safetensors file; counts, ids and VAE factors are header entries. */
final class TrainingSetFile {
  private static final String KIND = "atelier-training-set-2";

  private static final String MIRRORED = "mirrored.";

  private TrainingSetFile() {}

  static void write(TrainingSet set, Path file) {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    Map<String, String> header = new TreeMap<>();
    header.put("kind", KIND);
    header.put("photos", Integer.toString(set.photos().size()));
    header.put("resolutions", Integer.toString(set.levels()));
    header.put("captions", Integer.toString(set.captions().size()));
    header.put("shift_factor", Double.toString(set.shift()));
    header.put("scaling_factor", Double.toString(set.scale()));
    for (int i = 0; i < set.photos().size(); i++) {
      TrainingSet.Photo photo = set.photos().get(i);
      header.put(photo(i) + "id", photo.id());
      header.put(photo(i) + "caption", Integer.toString(photo.caption()));
      for (int level = 0; level < photo.views().size(); level++) {
        TrainingSet.View view = photo.views().get(level);
        put(tensors, view(i, level), view.plain());
        if (view.mirrored() != null) {
          put(tensors, view(i, level) + MIRRORED, view.mirrored());
        }
      }
    }
    for (int i = 0; i < set.captions().size(); i++) {
      put(tensors, caption(i), set.captions().get(i));
    }
    put(tensors, "empty.", set.empty());
    try (PointerScope scope = new PointerScope()) {
      SafetensorsWriter.write(file, tensors, header);
    }
  }

  static TrainingSet read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      Map<String, String> header = file.metadata();
      if (!KIND.equals(header.get("kind"))) {
        throw bad(path, "kind", header.get("kind"));
      }
      List<TrainingSet.Photo> photos = new ArrayList<>();
      int levels = number(path, header, "resolutions").intValue();
      for (int i = 0; i < number(path, header, "photos").intValue(); i++) {
        photos.add(
            new TrainingSet.Photo(
                text(path, header, photo(i) + "id"),
                views(file, i, levels),
                number(path, header, photo(i) + "caption").intValue()));
      }
      List<TrainingSet.Caption> captions = new ArrayList<>();
      for (int i = 0; i < number(path, header, "captions").intValue(); i++) {
        captions.add(get(file, caption(i)));
      }
      return new TrainingSet(
          photos,
          captions,
          get(file, "empty."),
          number(path, header, "shift_factor"),
          number(path, header, "scaling_factor"));
    }
  }

  private static List<TrainingSet.View> views(SafetensorsFile file, int photo, int levels) {
    List<TrainingSet.View> views = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      String plain = view(photo, level);
      boolean mirrored = file.names().contains(plain + MIRRORED + "mean");
      views.add(
          new TrainingSet.View(
              moments(file, plain), mirrored ? moments(file, plain + MIRRORED) : null));
    }
    return views;
  }

  private static Autoencoder.Moments moments(SafetensorsFile file, String prefix) {
    return new Autoencoder.Moments(
        file.tensor(prefix + "mean"), file.tensor(prefix + "log_variance"));
  }

  private static void put(
      SortedMap<String, Tensor> tensors, String prefix, Autoencoder.Moments moments) {
    tensors.put(prefix + "mean", moments.mean());
    tensors.put(prefix + "log_variance", moments.logVariance());
  }

  private static void put(SortedMap<String, Tensor> tensors, String prefix, TrainingSet.Caption c) {
    tensors.put(prefix + "t5", c.t5());
    tensors.put(prefix + "pooled", c.pooled());
  }

  private static TrainingSet.Caption get(SafetensorsFile file, String prefix) {
    return new TrainingSet.Caption(file.tensor(prefix + "t5"), file.tensor(prefix + "pooled"));
  }

  private static String view(int photo, int level) {
    return photo(photo) + "view." + level + ".";
  }

  private static String photo(int index) {
    return "photo." + index + ".";
  }

  private static String caption(int index) {
    return "caption." + index + ".";
  }

  private static Double number(Path path, Map<String, String> header, String key) {
    try {
      return Double.valueOf(text(path, header, key));
    } catch (NumberFormatException e) {
      throw bad(path, key, header.get(key));
    }
  }

  private static String text(Path path, Map<String, String> header, String key) {
    String value = header.get(key);
    if (value == null) {
      throw bad(path, key, null);
    }
    return value;
  }

  private static AtelierException bad(Path path, String key, String value) {
    return new AtelierException(
        ErrorCode.BAD_INPUT,
        path
            + " is not a training set: its header has "
            + key
            + " = "
            + value
            + "; give a file that the cache stage wrote");
  }
}
