package io.atelier.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes safetensors files. The same tensors and metadata give the same bytes: keys are sorted in
 * the header, the data lie in the order of element size (largest first, so that every tensor is
 * aligned), then name, and the header is padded with spaces to a multiple of eight.
 */
public final class SafetensorsWriter {
  private static final String METADATA = "__metadata__";
  private static final int PIECE = 1 << 28;

  private final SortedMap<String, TensorInfo> infos = new TreeMap<>();
  private final Function<String, Tensor> values;
  private final List<String> order;

  /**
   * @param shapes type and shape of every tensor; their places are not looked at
   * @param values asked for each tensor when it is written
   */
  private SafetensorsWriter(Map<String, TensorInfo> shapes, Function<String, Tensor> values) {
    this.values = values;
    this.order = new ArrayList<>(shapes.keySet());
    order.sort(
        Comparator.<String>comparingInt(name -> -shapes.get(name).dtype().bytes())
            .thenComparing(Comparator.naturalOrder()));
    long offset = 0;
    for (String name : order) {
      TensorInfo shape = shapes.get(name);
      long end = offset + shape.bytes();
      infos.put(name, new TensorInfo(shape.dtype(), shape.shape(), offset, end));
      offset = end;
    }
  }

  /**
   * Writes a file under a temporary name in the same folder, syncs it and renames it in one step,
   * so that nobody ever sees half of it; an existing file is replaced.
   *
   * @param tensors from any device, in any layout, of the types in {@link Dtype}
   * @param metadata strings for the header; empty for none
   * @throws AtelierException {@link ErrorCode#STORE_UNAVAILABLE} if the folder cannot be written
   */
  public static void write(
      Path path, SortedMap<String, Tensor> tensors, Map<String, String> metadata) {
    SortedMap<String, TensorInfo> shapes = new TreeMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, info(name, tensor)));
    new SafetensorsWriter(shapes, tensors::get).publish(path, metadata);
  }

  /**
   * The same for a changed copy of a file: names, types and shapes stay, one tensor at a time is in
   * memory.
   *
   * @param change gives the tensor to write for a name and the tensor in the source
   */
  public static void rewrite(
      SafetensorsFile source,
      Path path,
      Map<String, String> metadata,
      BiFunction<String, Tensor, Tensor> change) {
    SortedMap<String, TensorInfo> shapes = new TreeMap<>();
    source.names().forEach(name -> shapes.put(name, source.info(name)));
    new SafetensorsWriter(shapes, name -> change.apply(name, source.tensor(name)))
        .publish(path, metadata);
  }

  private void publish(Path path, Map<String, String> metadata) {
    Path target = path.toAbsolutePath();
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeTo(channel, metadata);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE,
          path + " cannot be written: " + e + "; check that its folder exists and has space",
          e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException ignored) {
      // The error that led here says more.
    }
  }

  /** Type and shape of a tensor that can be written. */
  private static TensorInfo info(String name, Tensor tensor) {
    if (name.equals(METADATA)) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "a tensor cannot be called __metadata__; give it another name");
    }
    Dtype dtype = Dtype.of(tensor);
    if (dtype == null || tensor.is_meta()) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "tensor '"
              + name
              + "' has no values or is of type "
              + tensor.scalar_type()
              + ", which is not written; convert it first");
    }
    List<Long> shape = Arrays.stream(Torch.shape(tensor)).boxed().toList();
    return new TensorInfo(dtype, shape, 0, tensor.numel() * dtype.bytes());
  }

  private void writeTo(FileChannel channel, Map<String, String> metadata) throws IOException {
    byte[] header = header(metadata);
    int padded = (header.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    writeFully(channel, start.flip());
    for (String name : order) {
      writeTensor(channel, name);
    }
  }

  private byte[] header(Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, TensorInfo> entry : infos.entrySet()) {
        json.writeObjectFieldStart(entry.getKey());
        writeInfo(json, entry.getValue());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeInfo(JsonGenerator json, TensorInfo info) throws IOException {
    long[] sizes = info.sizes();
    json.writeStringField("dtype", info.dtype().name());
    json.writeFieldName("shape");
    json.writeArray(sizes, 0, sizes.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {info.begin(), info.end()}, 0, 2);
  }

  private void writeTensor(FileChannel channel, String name) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = values.apply(name);
      TensorInfo given = info(name, tensor);
      TensorInfo wanted = infos.get(name);
      if (given.dtype() != wanted.dtype() || !given.shape().equals(wanted.shape())) {
        throw new AtelierException(
            ErrorCode.INTERNAL,
            "tensor '" + name + "' was to be written as " + wanted + ", but is " + given);
      }
      Tensor dense =
          tensor.detach().to(new Device("cpu"), tensor.scalar_type().intern()).contiguous();
      long bytes = dense.nbytes();
      if (bytes == 0) {
        return;
      }
      BytePointer memory = new BytePointer(dense.data_ptr());
      for (long done = 0; done < bytes; done += PIECE) {
        long length = Math.min(PIECE, bytes - done);
        writeFully(channel, memory.getPointer(done).capacity(length).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
