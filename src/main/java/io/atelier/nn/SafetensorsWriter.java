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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
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

  private final SortedMap<String, Tensor> tensors;
  private final SortedMap<String, TensorInfo> infos = new TreeMap<>();
  private final List<String> order;

  private SafetensorsWriter(SortedMap<String, Tensor> tensors) {
    this.tensors = tensors;
    this.order = new ArrayList<>(tensors.keySet());
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      check(entry.getKey(), entry.getValue());
    }
    order.sort(
        Comparator.<String>comparingInt(name -> -dtype(name).bytes())
            .thenComparing(Comparator.naturalOrder()));
    long offset = 0;
    for (String name : order) {
      Tensor tensor = tensors.get(name);
      List<Long> shape = new ArrayList<>();
      for (long size : Torch.shape(tensor)) {
        shape.add(size);
      }
      long end = offset + tensor.numel() * dtype(name).bytes();
      infos.put(name, new TensorInfo(dtype(name), shape, offset, end));
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
    SafetensorsWriter writer = new SafetensorsWriter(tensors);
    Path target = path.toAbsolutePath();
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writer.writeTo(channel, metadata);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE,
          path + " cannot be written: " + e + "; check that its folder exists and has space",
          e);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException ignored) {
      // The error that led here says more.
    }
  }

  private static void check(String name, Tensor tensor) {
    if (name.equals(METADATA)) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "a tensor cannot be called __metadata__; give it another name");
    }
    if (Dtype.of(tensor) == null || tensor.is_meta()) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "tensor '"
              + name
              + "' has no values or is of type "
              + tensor.scalar_type()
              + ", which is not written; convert it first");
    }
  }

  private Dtype dtype(String name) {
    return Dtype.of(tensors.get(name));
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
      writeTensor(channel, tensors.get(name));
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

  private static void writeTensor(FileChannel channel, Tensor tensor) throws IOException {
    try (PointerScope scope = new PointerScope()) {
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
