package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are read right or refused; nothing else happens. */
class SafetensorsFuzzTest {
  private static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
          + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]},"
          + "\"c\":{\"dtype\":\"U8\",\"shape\":[0,9],\"data_offsets\":[32,32]}}  ";
  private static final String LIKELY = "0123456789-+.eE\"{}[],:\\ \u0000nU";

  @TempDir Path folder;

  /** True if the file was read, false if it was refused. */
  private static boolean reads(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      for (String name : file.names()) {
        assertThat(Torch.bytes(file.tensor(name))).hasSize((int) file.info(name).bytes());
      }
      return true;
    } catch (AtelierException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.BAD_SAFETENSORS);
      assertThat(e).hasMessageContaining(path.toString());
      return false;
    }
  }

  private byte[] valid() throws IOException {
    return Files.readAllBytes(HeaderBytes.write(folder.resolve("valid.safetensors"), HEADER, 32));
  }

  @Test
  void survivesEveryChangeOfOneByte() throws IOException {
    byte[] valid = valid();
    Path path = folder.resolve("changed.safetensors");
    Random random = new Random(1);
    int read = 0;
    int refused = 0;
    for (int at = 0; at < valid.length; at++) {
      for (int i = 0; i < 8; i++) {
        byte[] bytes = valid.clone();
        bytes[at] = change(random, i);
        Files.write(path, bytes);
        if (reads(path)) {
          read++;
        } else {
          refused++;
        }
      }
    }
    assertThat(read).isGreaterThan(32 * 8);
    assertThat(refused).isGreaterThan(500);
  }

  private static byte change(Random random, int i) {
    return (byte) (i < 5 ? LIKELY.charAt(random.nextInt(LIKELY.length())) : random.nextInt(256));
  }

  @Test
  void survivesManyChangesAtOnce() throws IOException {
    byte[] valid = valid();
    Path path = folder.resolve("changed.safetensors");
    Random random = new Random(2);
    for (int i = 0; i < 1500; i++) {
      byte[] bytes = valid.clone();
      for (int change = 0; change < 1 + i % 12; change++) {
        bytes[random.nextInt(bytes.length)] = change(random, random.nextInt(8));
      }
      Files.write(path, bytes);
      reads(path);
    }
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] valid = valid();
    Path path = folder.resolve("short.safetensors");
    for (int length = 0; length < valid.length; length++) {
      Files.write(path, Arrays.copyOf(valid, length));
      assertThat(reads(path)).as("the first %d bytes", length).isFalse();
    }
    Files.write(path, Arrays.copyOf(valid, valid.length + 1));
    assertThat(reads(path)).as("one byte more").isFalse();
    Files.write(path, valid);
    assertThat(reads(path)).isTrue();
  }
}
