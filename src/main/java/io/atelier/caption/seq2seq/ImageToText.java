package io.atelier.caption.seq2seq;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import io.atelier.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An image-to-text model on one device: pixels to words. The graphs are shared with all others of
 * this JVM; one instance may be used by several threads.
 */
public final class ImageToText implements AutoCloseable {
  /** What Florence-2's processor asks in place of its task tokens. */
  private static final Map<String, String> FLORENCE_TASKS =
      Map.of(
          "<CAPTION>", "What does the image describe?",
          "<DETAILED_CAPTION>", "Describe in detail what is shown in the image.",
          "<MORE_DETAILED_CAPTION>", "Describe with a paragraph what is shown in the image.");

  private final ModelFolder folder;
  private final GenerationConfig config;
  private final PixelValues pixels;
  private final HuggingFaceTokenizer tokenizer;
  private final boolean cleansSpaces;
  private final OnnxGraph vision;
  private final OnnxGraph embed;
  private final OnnxGraph encoder;
  private final DecoderGraph decoder;

  /**
   * Opens a model.
   *
   * @param beams in place of those that the model's configuration names
   * @param maxTokens most tokens of an answer; the model's configuration may say fewer
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads threads of a run on a CPU
   */
  public static ImageToText open(
      ModelFolder folder, OptionalInt beams, int maxTokens, String device, int threads) {
    return new ImageToText(folder, GenerationConfig.of(folder, beams, maxTokens), device, threads);
  }

  ImageToText(ModelFolder folder, GenerationConfig config, String device, int threads) {
    this.folder = folder;
    this.config = config;
    this.pixels = folder.pixelValues();
    this.tokenizer = tokenizer(folder);
    // transformers 4 cleans unless told otherwise.
    this.cleansSpaces =
        folder
            .json("tokenizer_config.json", true)
            .path("clean_up_tokenization_spaces")
            .asBoolean(true);
    this.vision = folder.isFlorence() ? folder.open("vision_encoder.onnx", device, threads) : null;
    this.embed = folder.isFlorence() ? folder.open("embed_tokens.onnx", device, threads) : null;
    this.encoder = folder.open("encoder_model.onnx", device, threads);
    this.decoder = new DecoderGraph(folder, embed, device, threads);
  }

  private static HuggingFaceTokenizer tokenizer(ModelFolder folder) {
    try {
      return HuggingFaceTokenizer.newInstance(
          folder.path("tokenizer.json"), Map.of("padding", "false", "truncation", "false"));
    } catch (IOException | RuntimeException e) {
      throw folder.bad(folder.path("tokenizer.json"), "it cannot be loaded: " + e.getMessage());
    }
  }

  /**
   * What a model says of a picture.
   *
   * @param text without special tokens
   * @param complete false if it was stopped at the greatest length
   * @param promptTokens tokens of the question
   * @param tokens tokens written, the start token left out
   */
  public record Caption(String text, boolean complete, int promptTokens, int tokens) {}

  /**
   * Describes a picture.
   *
   * @param prompt for Florence-2 one of its caption tasks, such as {@code <DETAILED_CAPTION>}, or a
   *     question; other models take none
   */
  public Caption describe(Rgb picture, String prompt) {
    int[] question = folder.isFlorence() ? question(prompt) : new int[0];
    Generated generated = generate(picture, question);
    int[] ids = generated.ids();
    // An end that is forced at the greatest length is none.
    boolean cutOff = config.lastToken().isPresent() && ids.length == config.maxLength();
    boolean complete = generated.ended() && !cutOff;
    return new Caption(text(ids), complete, question.length, ids.length - 1);
  }

  Generated generate(Rgb picture, int[] question) {
    Rgb sized = pixels.sized(picture);
    try (NDManager arrays = encoder.arrays()) {
      NDArray input =
          arrays.create(pixels.of(sized), new Shape(1, 3, sized.height(), sized.width()));
      DecoderGraph.named(input, "pixel_values");
      NDArray states =
          folder.isFlorence()
              ? encoded(arrays, vision.run(new NDList(input)).get(0), question)
              : encoder.run(new NDList(input)).get(0);
      NextTokens next = decoder.about(arrays, states);
      return config.beams() == 1 ? GreedySearch.run(config, next) : BeamSearch.run(config, next);
    }
  }

  int[] question(String prompt) {
    long[] ids = tokenizer.encode(FLORENCE_TASKS.getOrDefault(prompt, prompt)).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  String text(int[] ids) {
    String text = tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    return cleansSpaces ? cleaned(text) : text;
  }

  /** transformers' {@code clean_up_tokenization}. */
  private static String cleaned(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  /** Florence-2: the picture's features, then the question's embeddings, through the encoder. */
  private NDArray encoded(NDManager arrays, NDArray features, int[] question) {
    long[] ids = Arrays.stream(question).asLongStream().toArray();
    NDArray words = arrays.create(ids, new Shape(1, ids.length));
    NDArray asked = embed.run(new NDList(DecoderGraph.named(words, "input_ids"))).get(0);
    NDArray both = joined(arrays, features, asked);
    long[] ones = new long[Math.toIntExact(both.getShape().get(1))];
    Arrays.fill(ones, 1);
    NDArray mask = arrays.create(ones, new Shape(1, ones.length));
    return encoder
        .run(
            new NDList(
                DecoderGraph.named(both, "inputs_embeds"),
                DecoderGraph.named(mask, "attention_mask")))
        .get(0);
  }

  private static NDArray joined(NDManager arrays, NDArray features, NDArray asked) {
    ByteBuffer one = features.toByteBuffer(false);
    ByteBuffer two = asked.toByteBuffer(false);
    ByteBuffer both =
        ByteBuffer.allocateDirect(one.remaining() + two.remaining())
            .order(ByteOrder.nativeOrder())
            .put(one)
            .put(two)
            .rewind();
    long length = features.getShape().get(1) + asked.getShape().get(1);
    Shape shape = new Shape(1, length, features.getShape().get(2));
    DataType type = features.getDataType();
    return arrays.create(both, shape, type);
  }

  /** Gives the graphs back; they stay loaded for the next user. */
  @Override
  public void close() {
    decoder.close();
    encoder.close();
    if (folder.isFlorence()) {
      embed.close();
      vision.close();
    }
    tokenizer.close();
  }
}
