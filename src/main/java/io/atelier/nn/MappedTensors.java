package io.atelier.nn;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.PointerConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Tensors over mapped parts of files. libtorch says through a deleter when the last tensor over a
 * mapping is gone; until then the mapping is held here, so that closing a file early can never pull
 * memory from under a tensor.
 */
final class MappedTensors {
  private static final Map<Long, MappedByteBuffer> HELD = new ConcurrentHashMap<>();
  private static final Release RELEASE = Torch.keep(new Release());

  private MappedTensors() {}

  /** A tensor whose memory is the file's, read-only; never empty, at most 2 GiB. */
  static Tensor map(FileChannel channel, TensorInfo info, long dataStart) throws IOException {
    MappedByteBuffer mapping =
        channel.map(MapMode.READ_ONLY, dataStart + info.begin(), info.bytes());
    try (BytePointer memory = new BytePointer(mapping);
        TensorOptions options = new TensorOptions(info.dtype().scalarType())) {
      if (memory.address() % info.dtype().bytes() != 0) {
        return copy(channel, info, dataStart, Integer.MAX_VALUE);
      }
      HELD.put(memory.address(), mapping);
      return torch.from_blob(memory, info.sizes(), RELEASE, options, null);
    }
  }

  /** A tensor with its own memory, filled in pieces of at most {@code piece} bytes. */
  static Tensor copy(FileChannel channel, TensorInfo info, long dataStart, int piece)
      throws IOException {
    Tensor result = Torch.empty(info.dtype().scalarType(), info.sizes());
    try (PointerScope scope = new PointerScope()) {
      BytePointer target = new BytePointer(result.data_ptr());
      for (long done = 0; done < info.bytes(); done += piece) {
        long length = Math.min(piece, info.bytes() - done);
        MappedByteBuffer part =
            channel.map(MapMode.READ_ONLY, dataStart + info.begin() + done, length);
        Pointer.memcpy(target.getPointer(done), new BytePointer(part), length);
      }
    }
    return result;
  }

  /** How many mappings are held; for tests of their release. */
  static int held() {
    return HELD.size();
  }

  /** Called by libtorch, from whichever thread drops the last tensor. */
  private static final class Release extends PointerConsumer {
    private static final long serialVersionUID = 1L;

    @Override
    public void call(Pointer memory) {
      HELD.remove(memory.address());
    }
  }
}
