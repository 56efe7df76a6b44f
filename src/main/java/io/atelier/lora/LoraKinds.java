package io.atelier.lora;

import io.atelier.flux.BlockProbe;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.verify.CaseKind;
import io.atelier.flux.verify.GoldenCase;
import io.atelier.flux.verify.Models;
import io.atelier.flux.verify.TransformerCase;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The kinds of recorded cases that pin adapters. Training: inputs {@code in.*} and adapter weights
 * {@code p.transformer.<module>.lora_A.weight}, arguments {@code rank} and {@code alpha}. Files:
 * argument {@code adapter}, a path beside the folder of cases, and its {@code weight}.
 */
public final class LoraKinds {
  private static final double FORWARD = 2e-5;
  private static final double TRAINING = 1e-5;
  private static final double RATE = 1e-2;
  private static final double DECAY = 1e-2;
  private static final double CLIP = 1.0;
  private static final int STEPS = 10;
  private static final double UNDETERMINED = 1e-7;

  private LoraKinds() {}

  /** {@code adapter}, {@code lora_forward}, {@code lora_step} and {@code lora_adamw}. */
  public static List<CaseKind> all() {
    return List.of(
        CaseKind.of("adapter", FORWARD, LoraKinds::file),
        CaseKind.of("lora_forward", FORWARD, LoraKinds::forward),
        CaseKind.of("lora_step", TRAINING, LoraKinds::step),
        CaseKind.of("lora_adamw", TRAINING, LoraKinds::adamw));
  }

  /** The velocity with an adapter file merged into the weights. */
  private static void file(GoldenCase golden, Models models) {
    FluxTransformer model = models.transformer();
    Path cases = golden.path().toAbsolutePath().getParent();
    try (Adapter adapter = Adapter.read(cases.resolveSibling(golden.argument("adapter")))) {
      double weight = golden.number("weight");
      Merge.apply(model.linears(), List.of(new Merge.Weighted(adapter, weight)));
      Tensor velocity = TransformerCase.velocity(golden, model, BlockProbe.NONE);
      golden.compare("out.sample", velocity);
    } finally {
      Merge.restore(model.linears());
    }
  }

  /** The velocity with the adapter's branches attached. */
  private static void forward(GoldenCase golden, Models models) {
    FluxTransformer model = models.transformer();
    try (Trainables trainables = trainables(golden, model)) {
      Tensor velocity = TransformerCase.velocity(golden, model, BlockProbe.NONE);
      golden.compare("out.sample", velocity);
    }
  }

  /** The loss and the gradient of every adapter weight. */
  private static void step(GoldenCase golden, Models models) {
    FluxTransformer model = models.transformer();
    try (Trainables trainables = trainables(golden, model)) {
      Tensor loss = loss(golden).of(model);
      loss.backward();
      golden.compare("out.loss", loss.detach().view(1));
      trainables
          .named(trainables.gradients())
          .forEach((name, gradient) -> golden.compare("out.grad." + key(name), gradient));
    }
  }

  /** The losses of ten steps of AdamW on one batch, and every adapter weight after them. */
  private static void adamw(GoldenCase golden, Models models) {
    FluxTransformer model = models.transformer();
    try (Trainables trainables = trainables(golden, model);
        AdamW optimiser = new AdamW(trainables.values(), DECAY)) {
      float[] losses = new float[STEPS];
      Map<String, Tensor> undetermined = new TreeMap<>();
      for (int step = 1; step <= STEPS; step++) {
        trainables.gradients().zero_();
        Tensor loss = loss(golden).of(model);
        losses[step - 1] = loss.item_float();
        loss.backward();
        GradientNorm.clip(trainables.gradients(), CLIP);
        if (step == 1) {
          undetermined.putAll(undetermined(trainables));
        }
        optimiser.step(trainables.gradients(), RATE, step);
      }
      golden.compare("out.losses", Torch.tensor(losses, STEPS));
      trainables
          .named(trainables.values())
          .forEach((name, value) -> compare(golden, name, value, undetermined.get(name)));
    }
  }

  /**
   * Where the first gradient is so near Adam's epsilon of 1e-8 that the first step, {@code rate * g
   * / (|g| + 1e-8)}, multiplies the rounding of g by up to a million: a handful of weights that
   * float32 does not determine.
   */
  private static Map<String, Tensor> undetermined(Trainables trainables) {
    Tensor small = trainables.gradients().abs().lt(new Scalar(UNDETERMINED));
    return trainables.named(small);
  }

  private static void compare(GoldenCase golden, String name, Tensor value, Tensor undetermined) {
    String after = "out.after." + key(name);
    Tensor recorded = golden.tensor(after).to(value.device(), value.scalar_type().intern());
    // Adam divides a gradient by its own size, so where it is small or changes sign the rounding of
    // the gradient, not the gradient, decides: the largest difference says nothing.
    golden.compareByNorm(after, torch.where(undetermined, recorded, value));
    long left = undetermined.sum().item_long();
    if (left * 20 > value.numel()) {
      golden.fail(after + ": " + left + " of its weights have hardly any gradient");
    }
  }

  private static FlowLoss loss(GoldenCase golden) {
    return new FlowLoss(
        golden.tensor("in.latents"),
        golden.tensor("in.noise"),
        golden.tensor("in.sigma"),
        golden.tensor("in.encoder_hidden_states"),
        golden.tensor("in.pooled_projections"),
        1.0,
        null);
  }

  private static Trainables trainables(GoldenCase golden, FluxTransformer model) {
    List<String> modules =
        golden.names().stream()
            .filter(name -> name.startsWith("p.") && name.endsWith(AdapterWriter.A))
            .map(LoraKinds::module)
            .toList();
    LoraConfig config =
        new LoraConfig(golden.integer("rank"), golden.number("alpha"), Targets.DIFFUSERS);
    Trainables trainables = new Trainables(model.linears(), modules, config);
    trainables
        .named(trainables.values())
        .forEach((name, view) -> view.copy_(golden.tensor("p." + key(name))));
    trainables.attach();
    return trainables;
  }

  private static String module(String name) {
    int start = "p.".length() + AdapterWriter.PREFIX.length();
    return name.substring(start, name.length() - AdapterWriter.A.length());
  }

  private static String key(String name) {
    return AdapterWriter.PREFIX + name + ".weight";
  }
}
