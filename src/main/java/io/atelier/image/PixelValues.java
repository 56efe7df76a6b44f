package io.atelier.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Arrays;

/**
 * A picture as a vision model wants it: what transformers' image processors do by {@code
 * preprocessor_config.json}, resize, crop, rescale and normalise.
 */
public final class PixelValues implements Preparation {
  /** The name of that file, beside the model's. */
  public static final String FILE = "preprocessor_config.json";

  private static final long serialVersionUID = 1L;
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_STD = {0.26862954, 0.26130258, 0.27577711};

  private final JsonNode json;
  private final Resampling filter;
  private final float[] mean;
  private final float[] std;

  private PixelValues(JsonNode json, Resampling filter) {
    this.json = json;
    this.filter = filter;
    this.mean = three(json.path("image_mean"), 0);
    this.std = three(json.path("image_std"), 1);
  }

  /**
   * By a model's configuration.
   *
   * @param json content of {@code preprocessor_config.json}
   * @param origin where it lies, for messages
   * @throws AtelierException BAD_CHECKPOINT for a filter that is not known
   */
  public static PixelValues of(JsonNode json, String origin) {
    int number = json.path("resample").asInt(Resampling.BICUBIC.number());
    return Arrays.stream(Resampling.values())
        .filter(known -> known.number() == number)
        .findFirst()
        .map(filter -> new PixelValues(json, filter))
        .orElseThrow(
            () ->
                new AtelierException(
                    ErrorCode.BAD_CHECKPOINT,
                    "Cannot use "
                        + origin
                        + ": it resizes with Pillow's filter "
                        + number
                        + ", which is not known here; export the model with bicubic (3)."));
  }

  /**
   * As OpenAI's CLIP vision towers want it: the shorter side scaled with Pillow's bicubic filter,
   * the middle cut out; as transformers' {@code CLIPImageProcessor}.
   */
  public static PixelValues clip(int side) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("size").put("shortest_edge", side);
    json.put("do_center_crop", true).put("crop_size", side);
    for (int c = 0; c < 3; c++) {
      json.withArray("image_mean").add(CLIP_MEAN[c]);
      json.withArray("image_std").add(CLIP_STD[c]);
    }
    return new PixelValues(json, Resampling.BICUBIC);
  }

  private static float[] three(JsonNode values, float otherwise) {
    float[] three = new float[3];
    for (int c = 0; c < 3; c++) {
      three[c] = (float) values.path(c).asDouble(otherwise);
    }
    return three;
  }

  /** The picture at the model's size. */
  public Rgb sized(Rgb picture) {
    Rgb sized = json.path("do_resize").asBoolean(true) ? resized(picture) : picture;
    if (!json.path("do_center_crop").asBoolean(false)) {
      return sized;
    }
    JsonNode crop = json.path("crop_size");
    int w = crop.path("width").asInt(crop.asInt());
    int h = crop.path("height").asInt(crop.asInt());
    return sized.crop((sized.width() - w) / 2, (sized.height() - h) / 2, w, h);
  }

  private Rgb resized(Rgb picture) {
    JsonNode size = json.path("size");
    int shortest = size.path("shortest_edge").asInt(0);
    if (shortest > 0) {
      int less = Math.min(picture.width(), picture.height());
      int longest = (int) ((long) shortest * Math.max(picture.width(), picture.height()) / less);
      boolean wide = picture.width() > picture.height();
      return picture.resize(wide ? longest : shortest, wide ? shortest : longest, filter);
    }
    int w = size.path("width").asInt(size.asInt());
    int h = size.path("height").asInt(size.asInt());
    return picture.resize(w, h, filter);
  }

  /** 3 × height × width values of a sized picture, red plane first. */
  public float[] of(Rgb sized) {
    boolean rescale = json.path("do_rescale").asBoolean(true);
    double factor = rescale ? json.path("rescale_factor").asDouble(1 / 255.0) : 1;
    boolean normalise = json.path("do_normalize").asBoolean(true);
    int area = sized.width() * sized.height();
    float[] values = new float[3 * area];
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        float value = (float) ((sized.bytes()[3 * i + c] & 0xFF) * factor);
        values[c * area + i] = normalise ? (value - mean[c]) / std[c] : value;
      }
    }
    return values;
  }

  @Override
  public float[] values(Rgb picture) {
    return of(sized(picture));
  }
}
