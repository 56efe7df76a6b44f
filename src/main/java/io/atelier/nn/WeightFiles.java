package io.atelier.nn;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * The safetensors files of one component: a single one, or shards under an index whose {@code
 * weight_map} names the shard of every tensor.
 */
final class WeightFiles implements AutoCloseable {
  private static final List<String> STEMS = List.of("diffusion_pytorch_model", "model");
  private static final String SINGLE = ".safetensors";
  private static final String INDEX = ".safetensors.index.json";

  private final Path folder;
  private final List<Path> paths = new ArrayList<>();
  private final SortedMap<String, SafetensorsFile> shards = new TreeMap<>();
  private final SortedMap<String, SafetensorsFile> byName = new TreeMap<>();

  private WeightFiles(Path folder) {
    this.folder = folder;
  }

  static WeightFiles open(Path folder) {
    WeightFiles files = new WeightFiles(folder);
    boolean done = false;
    try {
      Path entry = entry(folder);
      if (entry.toString().endsWith(SINGLE)) {
        files.addShard(entry.getFileName().toString());
      } else {
        files.openIndex(entry);
      }
      done = true;
      return files;
    } finally {
      if (!done) {
        files.close();
      }
    }
  }

  /** The one file that the folder's weights are read through. */
  private static Path entry(Path folder) {
    List<Path> found = new ArrayList<>();
    for (String stem : STEMS) {
      for (String ending : List.of(SINGLE, INDEX)) {
        Path candidate = folder.resolve(stem + ending);
        if (Files.isRegularFile(candidate)) {
          found.add(candidate);
        }
      }
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw found.isEmpty()
        ? new AtelierException(
            ErrorCode.NOT_FOUND,
            folder
                + " has no weights: none of diffusion_pytorch_model or model with .safetensors or"
                + " .safetensors.index.json; download the component again")
        : bad(
            folder + " has its weights twice, as " + found,
            "which of them to use would be a guess; remove all but one");
  }

  private void openIndex(Path index) {
    paths.add(index);
    SortedMap<String, String> map = weightMap(index);
    for (String shard : new TreeSet<>(map.values())) {
      addShard(shard);
    }
    for (Map.Entry<String, String> entry : map.entrySet()) {
      if (byName.get(entry.getKey()) != shards.get(entry.getValue())) {
        throw bad(
            index + " places '" + entry.getKey() + "' in " + entry.getValue(),
            "but that file does not have it; download the component again");
      }
    }
    for (Map.Entry<String, SafetensorsFile> entry : byName.entrySet()) {
      if (!map.containsKey(entry.getKey())) {
        throw bad(
            entry.getValue().path() + " has the tensor '" + entry.getKey() + "'",
            "which " + index.getFileName() + " does not list; download the component again");
      }
    }
  }

  private void addShard(String name) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
    shards.put(name, file);
    paths.add(file.path());
    for (String tensor : file.names()) {
      SafetensorsFile other = byName.put(tensor, file);
      if (other != null) {
        throw bad(
            "the tensor '" + tensor + "' is in " + other.path() + " and in " + file.path(),
            "which of them to use would be a guess; download the component again");
      }
    }
  }

  private SortedMap<String, String> weightMap(Path index) {
    JsonNode map = StrictJson.object(index).get("weight_map");
    if (map == null || !map.isObject() || map.isEmpty()) {
      throw bad(index + " has no weight_map", "it is needed to find the shards");
    }
    SortedMap<String, String> result = new TreeMap<>();
    Iterator<Map.Entry<String, JsonNode>> fields = map.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      result.put(field.getKey(), shardName(index, field.getKey(), field.getValue()));
    }
    return result;
  }

  /** A shard is a plain file name, so that an index cannot reach outside its folder. */
  private String shardName(Path index, String key, JsonNode value) {
    String name = value.asText();
    boolean plain =
        value.isTextual()
            && name.endsWith(SINGLE)
            && !name.contains("/")
            && !name.contains("\\")
            && name.indexOf('\0') < 0;
    if (!plain) {
      throw bad(
          index + " places '" + key + "' in '" + name + "'",
          "a shard must be the plain name of a .safetensors file in the same folder");
    }
    if (!Files.isRegularFile(folder.resolve(name))) {
      throw bad(
          index + " places '" + key + "' in '" + name + "'",
          "but that file is missing; download the component again");
    }
    return name;
  }

  private static AtelierException bad(String problem, String rest) {
    return new AtelierException(ErrorCode.BAD_CHECKPOINT, problem + "; " + rest);
  }

  Path folder() {
    return folder;
  }

  Set<String> names() {
    return byName.keySet();
  }

  TensorInfo info(String name) {
    return byName.get(name).info(name);
  }

  /** Which file has the tensor. */
  SafetensorsFile.State state(String name) {
    return byName.get(name).state();
  }

  Tensor tensor(String name) {
    return byName.get(name).tensor(name);
  }

  List<Path> paths() {
    return List.copyOf(paths);
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
