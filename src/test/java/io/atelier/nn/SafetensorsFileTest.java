package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("x.safetensors");
  }

  private static ThrowableAssertAlternative<AtelierException> refused(Path file) {
    return assertThatExceptionOfType(AtelierException.class)
        .isThrownBy(() -> SafetensorsFile.open(file).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_SAFETENSORS))
        .withMessageContaining(file.toString());
  }

  @Test
  void readsWhatPythonWrote() {
    try (SafetensorsFile file =
            SafetensorsFile.open(GOLDEN.resolve("flux-dev/cases/tokens.safetensors"));
        PointerScope scope = new PointerScope()) {
      assertThat(file.names()).containsExactly("out.clip_ids", "out.t5_ids");
      assertThat(file.info("out.clip_ids"))
          .isEqualTo(new TensorInfo(Dtype.I64, List.of(12L, 77L), 0, 7392));
      assertThat(file.metadata()).containsEntry("kind", "tokens").containsEntry("t5_length", "24");
      long[] ids = Torch.longs(file.tensor("out.clip_ids"));
      assertThat(ids[0]).isEqualTo(718);
      assertThat(ids[12 * 77 - 1]).isEqualTo(719);
    }
  }

  @Test
  void readsTheNumbersThatPythonWrote() {
    try (SafetensorsFile file =
            SafetensorsFile.open(GOLDEN.resolve("flux-dev/cases/transformer.safetensors"));
        PointerScope scope = new PointerScope()) {
      Tensor tensor = file.tensor("in.encoder_hidden_states");
      assertThat(Torch.shape(tensor)).containsExactly(2, 24, 32);
      float[] values = Torch.floats(tensor);
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      assertThat(values).startsWith(-0.42419007420539856f, 0.17671184241771698f);
      assertThat(values[values.length - 1]).isEqualTo(0.17568233609199524f);
      assertThat(sum).isCloseTo(36.67609110171907, within(1e-9));
    }
  }

  @Test
  void givesTensorsThatOutliveTheFileAndReleaseTheirMapping() {
    int before = MappedTensors.held();
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor;
      try (SafetensorsFile file =
          SafetensorsFile.open(GOLDEN.resolve("flux-dev/cases/tokens.safetensors"))) {
        tensor = file.tensor("out.t5_ids");
      }
      assertThat(MappedTensors.held()).isEqualTo(before + 1);
      assertThat(Torch.longs(tensor)).hasSize(12 * 24);
    }
    assertThat(MappedTensors.held()).isEqualTo(before);
  }

  @Test
  void copiesWhatIsNotAlignedOrTooLargeToMap() throws IOException {
    HeaderBytes.write(
        file(),
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"b\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[1,13]}}",
        13);
    int before = MappedTensors.held();
    try (PointerScope scope = new PointerScope();
        SafetensorsFile whole = SafetensorsFile.open(file());
        SafetensorsFile pieces = SafetensorsFile.open(file(), 5)) {
      long[] expected = {0x04030201L, 0x08070605L, 0x0c0b0a09L};
      assertThat(Torch.longs(pieces.tensor("b"))).containsExactly(expected);
      assertThat(MappedTensors.held()).isEqualTo(before);
      assertThat(Torch.longs(whole.tensor("b"))).containsExactly(expected);
      assertThat(Torch.longs(whole.tensor("a"))).containsExactly(0);
    }
  }

  @Test
  void readsTensorsWithoutElementsAndWithoutDimensions() throws IOException {
    HeaderBytes.write(
        file(),
        "{\"e\":{\"dtype\":\"F32\",\"shape\":[2,0,3],\"data_offsets\":[0,0]},"
            + "\"s\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[1,1]}}   ",
        1);
    try (PointerScope scope = new PointerScope();
        SafetensorsFile file = SafetensorsFile.open(file())) {
      assertThat(Torch.shape(file.tensor("e"))).containsExactly(2, 0, 3);
      assertThat(Torch.floats(file.tensor("e"))).isEmpty();
      assertThat(Torch.shape(file.tensor("s"))).isEmpty();
      assertThat(Torch.longs(file.tensor("s"))).containsExactly(0);
      assertThat(Torch.floats(file.tensor("z"))).isEmpty();
    }
  }

  @Test
  void readsBeyondTwoGibibytesOfAFile() throws IOException {
    long large = (1L << 31) + 8;
    HeaderBytes.write(
        file(),
        "{\"large\":{\"dtype\":\"U8\",\"shape\":["
            + large
            + "],\"data_offsets\":[0,"
            + large
            + "]},\"last\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":["
            + large
            + ","
            + (large + 4)
            + "]}}     ",
        0);
    try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
      long start = sparse.length();
      sparse.setLength(start + large + 4);
      sparse.seek(start + large);
      sparse.write(new byte[] {7, 0, 0, 0});
    }
    try (PointerScope scope = new PointerScope();
        SafetensorsFile file = SafetensorsFile.open(file())) {
      assertThat(file.info("large").elements()).isEqualTo(large);
      assertThat(Torch.longs(file.tensor("last"))).containsExactly(7);
    }
  }

  @Test
  void saysThatAFileOrATensorIsNotThere() throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(file()))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("is not a file");
    HeaderBytes.write(file(), "{}", 0);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertThat(file.names()).isEmpty();
      assertThatThrownBy(() -> file.tensor("t"))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("has no tensor 't'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"huge_header", "not_safetensors", "truncated"})
  void refusesTheGoldenDamagedFiles(String name) {
    for (String variant : List.of("flux-dev", "flux-schnell")) {
      refused(GOLDEN.resolve(variant).resolve("adapters/refuse/" + name + ".safetensors"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, -1, -9})
  void refusesAHeaderLongerThanTheFile(long length) throws IOException {
    refused(HeaderBytes.write(file(), length, new byte[] {'{', '}'}, 0))
        .withMessageContaining("it claims a header of " + Long.toUnsignedString(length) + " bytes");
  }

  @Test
  void refusesAHeaderAboveTheFormatsLimit() throws IOException {
    HeaderBytes.write(file(), 100_000_001, new byte[] {'{', '}'}, 0);
    try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
      sparse.setLength(200_000_000);
    }
    refused(file()).withMessageContaining("above the format's limit");
  }

  @Test
  void refusesAFileWithoutAHeader() throws IOException {
    Files.write(file(), new byte[7]);
    refused(file()).withMessageContaining("it has 7 bytes, fewer than 8");
    Files.write(file(), new byte[8]);
    refused(file()).withMessageContaining("does not start with '{'");
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    byte[] header = "{\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1);
    refused(HeaderBytes.write(file(), header.length, header, 0)).withMessageContaining("not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                                   | not valid JSON",
        "{} {}                                                               | more after the JSON",
        "[]                                                                  | does not start with",
        "{'a':1}                                                             | is not a JSON object",
        "{'__metadata__':{'a':1}}                                            | is not a string",
        "{'__metadata__':{'a':'1','a':'2'}}                                  | Duplicate field 'a'",
        "{'__metadata__':{},'__metadata__':{}}                               | Duplicate field",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'a':{}}        | Duplicate field 'a'",
        "{'a':{'dtype':'U8','dtype':'U8','shape':[4],'data_offsets':[0,4]}}  | Duplicate field",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4],'x':1}}         | unknown field 'x'",
        "{'a':{'shape':[4],'data_offsets':[0,4]}}                            | has no dtype",
        "{'a':{'dtype':'U8','data_offsets':[0,4]}}                           | has no shape",
        "{'a':{'dtype':'U8','shape':[4]}}                                    | has no data_offsets",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0]}}                 | data_offsets of two",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4,4]}}             | data_offsets of two",
        "{'a':{'dtype':'F8_E4M3','shape':[4],'data_offsets':[0,4]}}          | dtype 'F8_E4M3'",
        "{'a':{'dtype':8,'shape':[4],'data_offsets':[0,4]}}                  | dtype that is no",
        "{'a':{'dtype':'U8','shape':4,'data_offsets':[0,4]}}                 | shape that is no list",
        "{'a':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}}              | has -4 in its shape",
        "{'a':{'dtype':'U8','shape':[-2,-2],'data_offsets':[0,4]}}           | has -2 in its shape",
        "{'a':{'dtype':'U8','shape':[4.0],'data_offsets':[0,4]}}             | has 4.0 in its shape",
        "{'a':{'dtype':'U8','shape':[9223372036854775808],'data_offsets':[0,4]}}"
            + " | has 9223372036854775808 in its shape",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,4]}}"
            + " | which overflows",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}              | needs 8",
        "{'a':{'dtype':'F16','shape':[1],'data_offsets':[0,4]}}              | needs 2",
        "{'a':{'dtype':'U8','shape':[0],'data_offsets':[4,0]}}               | before its begin 4",
        "{'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}}               | only 4 bytes of data",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}               | cover 3 of 4 bytes",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[1,4]}}               | leaves a hole",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
            + "'b':{'dtype':'U8','shape':[1],'data_offsets':[3,4]}}          | 'b' begins at byte 3",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},"
            + "'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}          | 'b' overlaps",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
            + "'b':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}          | overlaps",
        "{}                                                                  | cover 0 of 4 bytes",
      })
  void refusesAHeaderThatDoesNotDescribeTheData(String header, String reason) throws IOException {
    refused(HeaderBytes.write(file(), header.replace('\'', '"'), 4)).withMessageContaining(reason);
  }

  @Test
  void refusesAHeaderNestedTooDeeply() throws IOException {
    refused(HeaderBytes.write(file(), "{\"a\":{\"dtype\":" + "[".repeat(50_000), 0));
    refused(HeaderBytes.write(file(), "{\"a\":" + "{\"a\":".repeat(50_000), 0));
  }
}
