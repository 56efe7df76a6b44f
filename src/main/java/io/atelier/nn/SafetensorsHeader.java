package io.atelier.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file, checked in full against the length of the data before any
 * of the data is touched. Stricter than the format where it leaves room: unknown fields and
 * duplicate keys are errors.
 */
final class SafetensorsHeader {
  /** The format's own cap on the header. */
  static final long MAX_LENGTH = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private final SortedMap<String, String> metadata = new TreeMap<>();

  private SafetensorsHeader(Path file) {
    this.file = file;
  }

  /**
   * Parses and checks a header.
   *
   * @param file named in errors
   * @param header the header's bytes, without the eight bytes of its length
   * @param dataLength bytes that follow the header in the file
   */
  static SafetensorsHeader parse(Path file, byte[] header, long dataLength) {
    SafetensorsHeader result = new SafetensorsHeader(file);
    result.read(result.text(header));
    result.checkCoverage(dataLength);
    return result;
  }

  SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  SortedMap<String, String> metadata() {
    return metadata;
  }

  private String text(byte[] header) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw bad(file, "its header is not UTF-8", e);
    }
  }

  private void read(String text) {
    if (!text.startsWith("{")) {
      throw bad(file, "its header does not start with '{'", null);
    }
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        expect(json.nextToken() == JsonToken.START_OBJECT, key, "is not a JSON object");
        if (key.equals(METADATA)) {
          readMetadata(json);
        } else {
          tensors.put(key, readTensor(json, key));
        }
      }
      if (json.nextToken() != null) {
        throw bad(file, "its header has more after the JSON object", null);
      }
    } catch (JsonProcessingException e) {
      throw bad(file, "its header is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw bad(file, "its header cannot be read", e);
    }
  }

  private void readMetadata(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      expect(value == JsonToken.VALUE_STRING, METADATA + "." + key, "is not a string");
      metadata.put(key, json.getText());
    }
  }

  private TensorInfo readTensor(JsonParser json, String key) throws IOException {
    Dtype dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = readDtype(json, key);
        case "shape" -> shape = readLongs(json, key, field);
        case "data_offsets" -> offsets = readLongs(json, key, field);
        default -> throw badKey(key, "has the unknown field '" + field + "'");
      }
    }
    expect(dtype != null, key, "has no dtype");
    expect(shape != null, key, "has no shape");
    expect(offsets != null && offsets.size() == 2, key, "has no data_offsets of two numbers");
    return checked(key, dtype, shape, offsets.get(0), offsets.get(1));
  }

  private Dtype readDtype(JsonParser json, String key) throws IOException {
    expect(json.currentToken() == JsonToken.VALUE_STRING, key, "has a dtype that is no string");
    Dtype dtype = Dtype.named(json.getText());
    expect(
        dtype != null,
        key,
        "has dtype '"
            + shortened(json.getText())
            + "', which is not supported; supported are "
            + List.of(Dtype.values()));
    return dtype;
  }

  private List<Long> readLongs(JsonParser json, String key, String field) throws IOException {
    expect(
        json.currentToken() == JsonToken.START_ARRAY, key, "has a " + field + " that is no list");
    List<Long> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(
          json.currentToken() == JsonToken.VALUE_NUMBER_INT
              && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && json.getLongValue() >= 0,
          key,
          "has "
              + shortened(json.getText())
              + " in its "
              + field
              + ", not a number from 0 to 2^63-1");
      values.add(json.getLongValue());
    }
    return values;
  }

  private TensorInfo checked(String key, Dtype dtype, List<Long> shape, long begin, long end) {
    expect(begin <= end, key, "ends at byte " + end + ", before its begin " + begin);
    long bytes = dtype.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw bad(
          file, "tensor '" + shortened(key) + "' has shape " + shape + ", which overflows", e);
    }
    expect(
        bytes == end - begin,
        key,
        "has " + (end - begin) + " bytes, but " + dtype + " of shape " + shape + " needs " + bytes);
    return new TensorInfo(dtype, shape, begin, end);
  }

  private void checkCoverage(long dataLength) {
    List<Map.Entry<String, TensorInfo>> entries = new ArrayList<>(tensors.entrySet());
    entries.sort(
        Comparator.<Map.Entry<String, TensorInfo>>comparingLong(e -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, TensorInfo> entry : entries) {
      TensorInfo info = entry.getValue();
      expect(
          info.end() <= dataLength,
          entry.getKey(),
          "ends at byte " + info.end() + ", but only " + dataLength + " bytes of data follow");
      expect(info.begin() >= covered, entry.getKey(), "overlaps the tensor before it");
      expect(
          info.begin() == covered,
          entry.getKey(),
          "begins at byte " + info.begin() + " and leaves a hole from byte " + covered);
      covered = info.end();
    }
    if (covered != dataLength) {
      throw bad(
          file, "its tensors cover " + covered + " of " + dataLength + " bytes of data", null);
    }
  }

  private void expect(boolean condition, String key, String problem) {
    if (!condition) {
      throw badKey(key, problem);
    }
  }

  private AtelierException badKey(String key, String problem) {
    return bad(file, "tensor '" + shortened(key) + "' " + problem, null);
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  /** The error of every malformed file. */
  static AtelierException bad(Path file, String problem, Throwable cause) {
    return new AtelierException(
        ErrorCode.BAD_SAFETENSORS,
        file
            + " is not a safetensors file that can be used: "
            + problem
            + "; it is damaged, incomplete or of another format: copy or download it again, or"
            + " write it anew with safetensors",
        cause);
  }
}
