package io.atelier.caption.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.onnx.OnnxGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A text decoder with its key/value cache, in either of Optimum's forms: one graph for the first
 * step and one for the later ones, or both merged behind the input {@code use_cache_branch}. Reads
 * token ids, or embeddings where the model has a graph for those.
 */
final class DecoderGraph implements AutoCloseable {
  private static final String PAST = "past_key_values.";
  private static final String PRESENT = "present.";

  private final OnnxGraph first;
  private final OnnxGraph later;
  private final OnnxGraph embed;
  private final int heads;
  private final int headSize;

  /**
   * Opens the decoder of a model.
   *
   * @param embed turns ids into embeddings; null if the decoder takes ids. Stays the caller's.
   */
  DecoderGraph(ModelFolder folder, OnnxGraph embed, String device, int threads) {
    boolean merged = folder.isMerged();
    JsonNode config = folder.json("config.json", false);
    JsonNode text = config.path(folder.isFlorence() ? "text_config" : "decoder");
    this.heads = first(text, "decoder_attention_heads", "num_attention_heads", "n_head");
    int width = first(text, "d_model", "hidden_size", "n_embd");
    if (merged && (heads == 0 || width == 0)) {
      throw folder.bad(
          folder.path("config.json"), "it does not tell the decoder's heads and width");
    }
    this.headSize = heads == 0 ? 0 : width / heads;
    this.embed = embed;
    this.first =
        folder.open(merged ? "decoder_model_merged.onnx" : "decoder_model.onnx", device, threads);
    this.later = merged ? first : folder.open("decoder_with_past_model.onnx", device, threads);
  }

  private static AtelierException unknown(OnnxGraph graph, String input) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT,
        "Cannot use "
            + graph.file()
            + " of the captioner: its input "
            + input
            + " is not known here; export the model as Optimum does.");
  }

  private static int first(JsonNode json, String... names) {
    return Arrays.stream(names).mapToInt(name -> json.path(name).asInt(0)).max().orElse(0);
  }

  /**
   * Starts sequences about one picture.
   *
   * @param arrays owns what the decoder keeps; closed by the caller when the sequences are over
   * @param states what the encoder made of the picture: 1 × length × width
   */
  NextTokens about(NDManager arrays, NDArray states) {
    return new Sequences(arrays, states);
  }

  @Override
  public void close() {
    first.close();
    if (later != first) {
      later.close();
    }
  }

  private final class Sequences implements NextTokens {
    private final NDManager arrays;
    private final NDArray states;
    private final Map<String, NDArray> past = new HashMap<>();
    private NDArray repeated;
    private NDArray mask;

    Sequences(NDManager arrays, NDArray states) {
      this.arrays = arrays;
      this.states = states;
    }

    @Override
    public float[][] after(int[] tokens, int[] parents) {
      if (repeated == null) {
        repeated = repeated(states, tokens.length);
        mask = ones(tokens.length, states.getShape().get(1));
      } else {
        reorder(parents);
      }
      try (NDManager step = arrays.newSubManager()) {
        OnnxGraph graph = past.isEmpty() ? first : later;
        NDList outputs = graph.run(inputs(graph, step, tokens));
        return keep(outputs, tokens.length);
      }
    }

    private NDList inputs(OnnxGraph graph, NDManager step, int[] tokens) {
      NDList inputs = new NDList();
      for (String name : graph.inputs()) {
        inputs.add(named(input(graph, name, step, tokens), name));
      }
      return inputs;
    }

    private NDArray input(OnnxGraph graph, String name, NDManager step, int[] tokens) {
      if (name.startsWith(PAST)) {
        NDArray cached = past.get(name.substring(PAST.length()));
        return cached == null ? unused(step, tokens.length) : cached;
      }
      return switch (name) {
        case "input_ids" -> ids(step, tokens);
        case "inputs_embeds" -> embedded(step, tokens);
        case "encoder_hidden_states" -> repeated;
        case "encoder_attention_mask" -> mask;
        case "use_cache_branch" -> step.create(new boolean[] {!past.isEmpty()});
        default -> throw unknown(graph, name);
      };
    }

    /** The branch without a cache does not look at it, but the graph wants it to be there. */
    private NDArray unused(NDManager step, int rows) {
      Shape shape = new Shape(rows, heads, 1, headSize);
      return step.create(new float[rows * heads * headSize], shape);
    }

    private NDArray embedded(NDManager step, int[] tokens) {
      return embed.run(new NDList(named(ids(step, tokens), "input_ids"))).get(0);
    }

    /** Keeps the new cache in place of the old one and reads the logits of the last position. */
    private float[][] keep(NDList outputs, int rows) {
      float[][] logits = new float[rows][];
      boolean begun = !past.isEmpty();
      for (NDArray output : outputs) {
        String name = output.getName();
        if (name.equals("logits")) {
          float[] all = output.toFloatArray();
          int vocabulary = (int) output.getShape().get(2);
          int row = all.length / rows;
          for (int i = 0; i < rows; i++) {
            logits[i] = Arrays.copyOfRange(all, (i + 1) * row - vocabulary, (i + 1) * row);
          }
        } else if (name.startsWith(PRESENT) && !(begun && isOfEncoder(name))) {
          output.attach(arrays);
          NDArray old = past.put(name.substring(PRESENT.length()), output);
          if (old != null) {
            old.close();
          }
        }
      }
      return logits;
    }

    /** Sequences about one picture share what was computed from the encoder. */
    private boolean isOfEncoder(String name) {
      return name.contains(".encoder.");
    }

    private void reorder(int[] parents) {
      if (Arrays.equals(parents, IntStream.range(0, parents.length).toArray())) {
        return;
      }
      past.replaceAll(
          (name, old) -> {
            if (isOfEncoder(name)) {
              return old;
            }
            NDArray gathered = gathered(old, parents);
            old.close();
            return gathered;
          });
    }

    private NDArray repeated(NDArray one, int rows) {
      return rows == 1 ? one : gathered(one, new int[rows]);
    }

    private NDArray gathered(NDArray from, int[] rows) {
      long[] dims = from.getShape().getShape().clone();
      ByteBuffer bytes = from.toByteBuffer(false);
      int row = Math.toIntExact(bytes.remaining() / dims[0]);
      ByteBuffer picked =
          ByteBuffer.allocateDirect(row * rows.length).order(ByteOrder.nativeOrder());
      for (int parent : rows) {
        picked.put(bytes.duplicate().position(parent * row).limit((parent + 1) * row));
      }
      dims[0] = rows.length;
      return arrays.create(picked.rewind(), new Shape(dims), from.getDataType());
    }

    private NDArray ones(int rows, long length) {
      long[] ones = new long[Math.toIntExact(rows * length)];
      Arrays.fill(ones, 1);
      return arrays.create(ones, new Shape(rows, length));
    }
  }

  static NDArray ids(NDManager arrays, int[] tokens) {
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    return arrays.create(ids, new Shape(ids.length, 1));
  }

  static NDArray named(NDArray array, String name) {
    array.setName(name);
    return array;
  }
}
