package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.nn.SafetensorsFile;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prior preservation against diffusers and PEFT. */
class PriorLossTest {
  private FluxTransformer model;
  private SafetensorsFile recorded;

  @BeforeEach
  void open() {
    model = Golden.transformer("flux-dev");
    recorded = References.open("prior");
  }

  @AfterEach
  void close() {
    recorded.close();
    model.close();
  }

  @ParameterizedTest
  @CsvSource({"image,false", "image,true", "teacher,false", "teacher,true"})
  void addsTheLossOnTheClassAsDreamBoothDoes(String form, boolean checkpointing) {
    try (PointerScope scope = new PointerScope();
        Trainables trainables = adapter()) {
      double weight = Double.parseDouble(recorded.metadata().get("lambda"));
      Tensor teacher = form.equals("teacher") ? teacher() : null;
      double loss = loss("in.", null).backward(model, 1, checkpointing);
      loss += weight * loss("in.class.", teacher).backward(model, weight, checkpointing);
      assertThat(loss)
          .isCloseTo(
              recorded.tensor("out." + form + ".loss").item_double(), withinPercentage(1e-4));
      Map<String, Tensor> gradients = trainables.named(trainables.gradients());
      assertThat(gradients).hasSize(12);
      gradients.forEach(
          (name, gradient) ->
              assertThat(Golden.relativeError(gradient, weights("out." + form + ".grad.", name)))
                  .as(name)
                  .isLessThan(1e-5));
    }
  }

  @Test
  void theTeacherIsTheModelWithoutTheAdapter() {
    try (PointerScope scope = new PointerScope()) {
      Tensor velocity = loss("in.class.", null).velocity(model);
      assertThat(Golden.relativeError(Latents.unpack(velocity, 4, 6), teacher())).isLessThan(1e-5);
    }
  }

  private Tensor teacher() {
    return recorded.tensor("in.class.velocity");
  }

  private FlowLoss loss(String half, Tensor teacher) {
    return new FlowLoss(
        recorded.tensor(half + "latents"),
        recorded.tensor(half + "noise"),
        recorded.tensor(half + "sigma"),
        recorded.tensor(half + "encoder_hidden_states"),
        recorded.tensor(half + "pooled_projections"),
        1.0,
        teacher);
  }

  private Trainables adapter() {
    int rank = Integer.parseInt(recorded.metadata().get("rank"));
    double alpha = Double.parseDouble(recorded.metadata().get("alpha"));
    List<String> modules =
        recorded.names().stream()
            .filter(name -> name.startsWith("p.") && name.endsWith(AdapterWriter.A))
            .map(name -> name.substring("p.transformer.".length()))
            .map(name -> name.substring(0, name.length() - AdapterWriter.A.length()))
            .toList();
    Trainables trainables =
        new Trainables(model.linears(), modules, new LoraConfig(rank, alpha, Targets.DIFFUSERS));
    trainables.named(trainables.values()).forEach((name, view) -> view.copy_(weights("p.", name)));
    trainables.attach();
    return trainables;
  }

  private Tensor weights(String kind, String name) {
    return recorded.tensor(kind + AdapterWriter.PREFIX + name + ".weight");
  }
}
