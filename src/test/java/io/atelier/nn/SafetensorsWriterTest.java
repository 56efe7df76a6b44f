package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  /** A tensor with random bits, not-a-numbers of every kind included. */
  private static Tensor random(Dtype dtype, Random random, long... shape) {
    Tensor tensor = Torch.empty(dtype.scalarType(), shape);
    byte[] bytes = new byte[(int) tensor.nbytes()];
    random.nextBytes(bytes);
    for (int i = 0; dtype == Dtype.BOOL && i < bytes.length; i++) {
      bytes[i] &= 1;
    }
    try (PointerScope scope = new PointerScope()) {
      if (bytes.length > 0) {
        new BytePointer(tensor.data_ptr()).put(bytes);
      }
    }
    return tensor;
  }

  private static SortedMap<String, Tensor> allTypes(long seed) {
    Random random = new Random(seed);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (Dtype dtype : Dtype.values()) {
      tensors.put(dtype.name(), random(dtype, random, 3, 5, 7));
      tensors.put("odd." + dtype.name(), random(dtype, random, 1));
      tensors.put("scalar." + dtype.name(), random(dtype, random));
      tensors.put("empty." + dtype.name(), random(dtype, random, 0, 4));
    }
    return tensors;
  }

  @Test
  void rewritesAFileTensorByTensor() {
    Path path = folder.resolve("source.safetensors");
    Path copy = folder.resolve("copy.safetensors");
    try (PointerScope scope = new PointerScope()) {
      SafetensorsWriter.write(path, allTypes(1), Map.of("a", "b"));
      try (SafetensorsFile source = SafetensorsFile.open(path)) {
        SafetensorsWriter.rewrite(source, copy, Map.of("a", "b"), (name, tensor) -> tensor);
        assertThat(copy).hasSameBinaryContentAs(path);
        SafetensorsWriter.rewrite(
            source,
            copy,
            Map.of(),
            (name, tensor) -> name.equals("F32") ? Torch.tensor(new float[105], 3, 5, 7) : tensor);
        assertThatThrownBy(
                () ->
                    SafetensorsWriter.rewrite(
                        source, copy, Map.of(), (name, tensor) -> Torch.scalar(1)))
            .isInstanceOf(AtelierException.class)
            .hasMessageContaining("F64");
      }
      try (SafetensorsFile changed = SafetensorsFile.open(copy)) {
        assertThat(changed.tensor("F32").any().item_bool()).isFalse();
        assertThat(changed.tensor("I32").any().item_bool()).isTrue();
      }
    }
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("source.safetensors", "copy.safetensors");
  }

  @Test
  void returnsEveryBitOfEveryType() {
    Path path = folder.resolve("all.safetensors");
    Map<String, String> metadata = Map.of("prompt", "\"ça\" 日本 😀\n", "", "");
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = allTypes(1);
      SafetensorsWriter.write(path, tensors, metadata);
      int before = MappedTensors.held();
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(file.names()).isEqualTo(tensors.keySet());
        assertThat(file.metadata()).isEqualTo(metadata);
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
          Tensor read = file.tensor(entry.getKey());
          assertThat(Dtype.of(read)).isEqualTo(Dtype.of(entry.getValue()));
          assertThat(Torch.shape(read)).isEqualTo(Torch.shape(entry.getValue()));
          assertThat(Torch.bytes(read)).isEqualTo(Torch.bytes(entry.getValue()));
        }
      }
      assertThat(MappedTensors.held() - before)
          .as("all but the 8 empty tensors are mapped, so all are aligned")
          .isEqualTo(3 * 8);
    }
  }

  @Test
  void writesTheSameBytesForTheSameContents() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("b", "2");
    metadata.put("a", "1");
    try (PointerScope scope = new PointerScope()) {
      SafetensorsWriter.write(first, allTypes(7), metadata);
      SafetensorsWriter.write(second, allTypes(7), new TreeMap<>(metadata));
    }
    assertThat(first).hasSameBinaryContentAs(second);
    byte[] bytes = Files.readAllBytes(first);
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(new String(bytes, 8, 40, StandardCharsets.UTF_8))
        .startsWith("{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},");
  }

  @Test
  void writesWhatATransposedTensorShows() {
    Path path = folder.resolve("t.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Torch.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).t();
      SafetensorsWriter.write(path, new TreeMap<>(Map.of("t", tensor)), Map.of());
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(Torch.shape(file.tensor("t"))).containsExactly(3, 2);
        assertThat(Torch.floats(file.tensor("t"))).containsExactly(1, 4, 2, 5, 3, 6);
      }
    }
  }

  @Test
  void replacesAFileThatIsMappedWithoutDisturbingItsReaders() throws IOException {
    Path path = folder.resolve("r.safetensors");
    try (PointerScope scope = new PointerScope()) {
      SafetensorsWriter.write(path, one(1f), Map.of());
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        Tensor old = file.tensor("t");
        SafetensorsWriter.write(path, one(2f), Map.of());
        assertThat(Torch.floats(old)).containsExactly(1f);
      }
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(Torch.floats(file.tensor("t"))).containsExactly(2f);
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(path);
    }
  }

  private static SortedMap<String, Tensor> one(float value) {
    return new TreeMap<>(Map.of("t", Torch.tensor(new float[] {value}, 1)));
  }

  @Test
  void leavesNothingBehindWhereItCannotWrite() throws IOException {
    Path occupied = Files.createDirectories(folder.resolve("d.safetensors/x")).getParent();
    try (PointerScope scope = new PointerScope()) {
      assertThatThrownBy(() -> SafetensorsWriter.write(occupied, one(1f), Map.of()))
          .isInstanceOf(AtelierException.class)
          .extracting(e -> ((AtelierException) e).code())
          .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(occupied);
    }
  }

  @Test
  void refusesWhatItCannotWrite() {
    Path path = folder.resolve("n.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Tensor complex = Torch.empty(ScalarType.ComplexFloat, 1);
      Tensor meta = Torch.empty(ScalarType.Float, new Device("meta"), 1);
      for (SortedMap<String, Tensor> tensors :
          List.of(
              new TreeMap<>(Map.of("c", complex)),
              new TreeMap<>(Map.of("m", meta)),
              new TreeMap<>(Map.of("__metadata__", Torch.scalar(1f))))) {
        assertThatThrownBy(() -> SafetensorsWriter.write(path, tensors, Map.of()))
            .isInstanceOf(AtelierException.class);
      }
    }
    assertThat(path).doesNotExist();
  }
}
