package io.atelier.caption.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.image.Resampling;
import io.atelier.image.Rgb;
import java.util.Arrays;

/**
 * A picture as a vision encoder wants it: what transformers' image processors do by {@code
 * preprocessor_config.json}, resize, crop, rescale and normalise.
 */
final class PixelValues {
  private final JsonNode json;
  private final Resampling filter;
  private final float[] mean;
  private final float[] std;

  PixelValues(ModelFolder folder) {
    this.json = folder.json("preprocessor_config.json", false);
    int number = json.path("resample").asInt(Resampling.BICUBIC.number());
    this.filter =
        Arrays.stream(Resampling.values())
            .filter(known -> known.number() == number)
            .findFirst()
            .orElseThrow(
                () ->
                    folder.bad(
                        folder.path("preprocessor_config.json"),
                        "it resizes with Pillow's filter " + number + ", which is not known here"));
    this.mean = three(json.path("image_mean"), 0);
    this.std = three(json.path("image_std"), 1);
  }

  private static float[] three(JsonNode values, float otherwise) {
    float[] three = new float[3];
    for (int c = 0; c < 3; c++) {
      three[c] = (float) values.path(c).asDouble(otherwise);
    }
    return three;
  }

  /** The picture at the encoder's size. */
  Rgb sized(Rgb picture) {
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
  float[] of(Rgb sized) {
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
}
