package io.atelier.flux.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Autoencoder;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.Latents;
import io.atelier.nn.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The kinds of cases that pin the checkpoint's own networks. */
final class FluxKinds {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FluxKinds() {}

  static List<CaseKind> all() {
    return List.of(
        CaseKind.of("tokens", FluxKinds::tokens),
        CaseKind.of("clip_text", FluxKinds::clipText),
        CaseKind.of("t5_encoder", FluxKinds::t5Encoder),
        CaseKind.of("vae", FluxKinds::vae),
        CaseKind.of("scheduler", FluxKinds::scheduler),
        CaseKind.of("packing", FluxKinds::packing),
        CaseKind.of("transformer", TransformerCase::replay),
        CaseKind.of("pipeline", PipelineCase::replay));
  }

  private static void tokens(GoldenCase golden, Models models) {
    JsonNode prompts = json(golden, "prompts");
    int t5Length = golden.integer("t5_length");
    int clipLength = models.checkpoint().clip().maxPositionEmbeddings();
    long[] clip = new long[prompts.size() * clipLength];
    long[] t5 = new long[prompts.size() * t5Length];
    for (int i = 0; i < prompts.size(); i++) {
      String prompt = prompts.get(i).asText();
      System.arraycopy(models.tokenizers().clip(prompt), 0, clip, i * clipLength, clipLength);
      System.arraycopy(models.tokenizers().t5(prompt, t5Length), 0, t5, i * t5Length, t5Length);
    }
    golden.compareExactly("out.clip_ids", Torch.tensor(clip, prompts.size(), clipLength));
    golden.compareExactly("out.t5_ids", Torch.tensor(t5, prompts.size(), t5Length));
  }

  private static void clipText(GoldenCase golden, Models models) {
    ClipTextEncoder.Output output = models.clip().encode(golden.tensor("in.ids"));
    golden.compare("out.hidden", output.hidden());
    golden.compare("out.pooled", output.pooled());
  }

  private static void t5Encoder(GoldenCase golden, Models models) {
    golden.compare("out.hidden", models.t5().encode(golden.tensor("in.ids")));
  }

  private static void vae(GoldenCase golden, Models models) {
    Autoencoder autoencoder = models.autoencoder();
    Tensor image = golden.tensor("in.image");
    Autoencoder.Moments moments = autoencoder.encode(image);
    golden.compare("out.mean", moments.mean());
    golden.compare("out.logvar", moments.logVariance());
    golden.compare("out.latents", autoencoder.encodeMean(image));
    golden.compare("out.decoded", autoencoder.decodeRaw(golden.tensor("in.z")));
  }

  private static void scheduler(GoldenCase golden, Models models) {
    for (JsonNode pair : json(golden, "pairs")) {
      int tokens = pair.get(0).asInt();
      int steps = pair.get(1).asInt();
      float[] sigmas = models.scheduler().sigmas(tokens, steps);
      golden.compare("out.sigmas." + tokens + "." + steps, Torch.tensor(sigmas, sigmas.length));
    }
  }

  private static void packing(GoldenCase golden, Models models) {
    Tensor latents = golden.tensor("in.latents");
    long height = latents.size(2);
    long width = latents.size(3);
    Tensor packed = Latents.pack(latents);
    golden.compareExactly("out.packed", packed);
    golden.compareExactly("out.img_ids", Latents.imageIds(height, width));
    if (!Latents.unpack(packed, height, width).equal(latents)) {
      golden.fail("unpacking does not undo packing");
    }
  }

  private static JsonNode json(GoldenCase golden, String name) {
    String value = golden.argument(name);
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "argument '" + name + "' of the case is no JSON: " + value, e);
    }
  }
}
