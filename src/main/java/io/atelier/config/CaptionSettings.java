package io.atelier.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How an accepted photo is described: the section {@code caption} of the settings. */
public record CaptionSettings(
    @Setting(
            value = "attributes",
            choices = {"attributes", "tagger", "onnx", "endpoint"},
            doc =
                "Who writes the caption: attributes, what was measured in plain English; tagger, that"
                    + " and what a classifier sees; onnx, an exported image-to-text model;"
                    + " endpoint, a vision model behind HTTP.")
        String captioner,
    @Setting(
            value = "",
            doc =
                "What the model is asked, with {class} for the class noun; not set: a prompt that"
                    + " suits the captioner. A changed prompt captions all photos again.")
        Optional<String> prompt,
    @Setting(value = "128", min = 1, max = 4096, doc = "Longest answer, in tokens.") int maxTokens,
    @Setting(value = "", doc = "Base URL of the endpoint, such as https://api.openai.com/v1.")
        Optional<String> endpointUrl,
    @Setting(value = "", doc = "The model, as the endpoint calls it.")
        Optional<String> endpointModel,
    @Setting(
            value = "",
            doc =
                "Name of the environment variable that holds the endpoint's key; not set: no key is"
                    + " sent.")
        Optional<String> endpointKeyEnv,
    @Setting(
            value = "512",
            min = 64,
            max = 4096,
            doc = "Photos are downscaled to about this many pixels squared before they are sent.")
        int endpointImageSize,
    @Setting(value = "0", min = 0, max = 2, doc = "Temperature; 0 for the same answer every time.")
        double endpointTemperature,
    @Setting(
            value = "",
            doc = "JSON object merged into the body of every request; null in it takes a key out.")
        Optional<String> endpointBody,
    @Setting(
            value = "8",
            min = 1,
            max = 1024,
            doc = "Requests in flight at once from one executor.")
        int endpointConcurrency,
    @Setting(value = "60", min = 1, max = 3600, doc = "Longest wait for an answer, in seconds.")
        int endpointTimeout,
    @Setting(value = "5", min = 1, max = 100, doc = "Requests for one photo before it has failed.")
        int endpointAttempts,
    @Setting(
            value = "1",
            min = 0,
            max = 300,
            doc =
                "Seconds before the second request for a photo, doubled from one to the next; a longer"
                    + " Retry-After of the endpoint wins.")
        double endpointFirstWait,
    @Setting(value = "0", min = 0, max = 1e6, doc = "Price of a million tokens of prompt.")
        double endpointPromptPrice,
    @Setting(value = "0", min = 0, max = 1e6, doc = "Price of a million tokens of answer.")
        double endpointAnswerPrice,
    @Setting(
            value = "",
            doc =
                "Folder of an exported image-to-text model: Optimum's encoder and decoder, or the four"
                    + " graphs of Florence-2.")
        Optional<String> onnxFolder,
    @Setting(
            value = "",
            min = 1,
            max = 64,
            doc = "Beams of the search; 1: greedy; not set: what generation_config.json says.")
        OptionalInt onnxBeams,
    @Setting(
            value = "",
            doc =
                "Folder of a classifier: model.onnx, preprocessor_config.json and tags.yaml, the"
                    + " phrases for what it sees.")
        Optional<String> taggerFolder) {

  /** What the chosen captioner needs and is not set, one sentence each. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (captioner.equals("endpoint")) {
      require(missing, "endpoint_url", endpointUrl, "the base URL, such as http://host:8000/v1");
      require(missing, "endpoint_model", endpointModel, "the model's name at the endpoint");
    }
    if (captioner.equals("tagger")) {
      require(missing, "tagger_folder", taggerFolder, "the folder of the classifier");
    }
    if (captioner.equals("onnx")) {
      require(missing, "onnx_folder", onnxFolder, "the folder of the exported model");
    }
    return missing;
  }

  private void require(List<String> missing, String key, Optional<String> value, String wanted) {
    if (value.isEmpty()) {
      missing.add(
          "caption.captioner is %s, which needs caption.%s: set it to %s"
              .formatted(captioner, key, wanted));
    }
  }
}
