package io.atelier.evaluate;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.image.Rgb;
import io.atelier.image.TrainingImages;
import io.atelier.lora.Adapter;
import io.atelier.lora.SetEncoder;
import io.atelier.lora.TrainStep;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/** Trains an adapter of an unseen person and judges its pictures. */
final class PersonCheck implements AutoCloseable {
  private static final int KNOWN_BY = 5;
  private static final int FIRST_OTHER = 500;

  private final EvaluationPlan plan;
  private final PortraitModel model;
  private final Studio studio;
  private final FluxTransformer trained;
  private final SitterCaptions captions;
  private final List<List<PortraitModel.Portrait>> others = new ArrayList<>();

  /**
   * A result with its pictures.
   *
   * @param photo one of those trained on
   * @param with pictures with the adapter
   * @param without pictures of the checkpoint alone
   */
  record Judged(PersonResult result, Rgb photo, List<Rgb> with, List<Rgb> without) {}

  PersonCheck(EvaluationPlan plan, PortraitModel model, Studio studio) {
    this.plan = plan;
    this.model = model;
    this.studio = studio;
    this.trained = FluxTransformer.load(Checkpoint.open(plan.checkpoint()), plan.training());
    this.captions = plan.captioner() == null ? null : SitterCaptions.open(plan.captioner());
    for (int i = 0; i < DrawingCheck.OTHERS; i++) {
      others.add(known(World.HELD_OUT_FROM + FIRST_OTHER + i));
    }
  }

  /** Drawings by which a person is known; none of them is trained on. */
  private List<PortraitModel.Portrait> known(long id) {
    return model.look(
        IntStream.range(0, KNOWN_BY).mapToObj(i -> draw(Sitter.portrait(id, -1 - i))).toList());
  }

  private Gallery gallery(Sitter sitter) {
    Gallery gallery = new Gallery();
    gallery.add(known(sitter.id()));
    others.forEach(gallery::add);
    return gallery;
  }

  private Rgb draw(Scene scene) {
    return new Rgb(scene.rgb(plan.side()), plan.side(), plan.side());
  }

  /** Trains and judges; {@code progress} gets the share of the steps that are done. */
  Judged judge(Sitter sitter, DoubleConsumer progress) {
    List<Scene> wanted = sitter.wanted(plan.portraits());
    List<String> prompts = wanted.stream().map(sitter::prompt).toList();
    List<String> unnamed = wanted.stream().map(scene -> sitter.prompt(scene, false)).toList();
    long start = System.nanoTime();
    List<TrainStep> steps;
    List<Rgb> with;
    double seconds;
    try (PointerScope scope = new PointerScope();
        TrainingSet set = encoded(sitter);
        Trainer trainer =
            new Trainer(trained, set, plan.lora(), plan.train(), plan.key() + sitter.word())) {
      trainer.run(step -> progress.accept((double) step.step() / plan.train().steps()));
      steps = trainer.history();
      seconds = (System.nanoTime() - start) / 1e9;
      try (Adapter adapter = trainer.adapter()) {
        with = studio.render(prompts, sitter.id(), adapter);
      }
    }
    List<Rgb> without = studio.render(prompts, sitter.id());
    Gallery gallery = gallery(sitter);
    Look adapted = new Look(gallery, wanted, prompts, model.look(with));
    Look base = new Look(gallery, wanted, prompts, model.look(without));
    List<Rgb> nameless = studio.render(unnamed, sitter.id());
    Look plain = new Look(gallery, wanted, unnamed, model.look(nameless));
    PersonResult result =
        new PersonResult(
            plan.key(),
            sitter.id(),
            sitter.word(),
            adapted.rank1(),
            base.rank1(),
            plain.rank1(),
            adapted.likeness(),
            base.likeness(),
            plain.likeness(),
            adapted.followed(),
            base.followed(),
            lastLoss(steps),
            seconds);
    return new Judged(result, draw(sitter.photos().get(0)), with, without);
  }

  private TrainingSet encoded(Sitter sitter) {
    SetEncoder encoder =
        new SetEncoder(
            studio.pipeline().textEncoders(), studio.pipeline().autoencoder(), plan.t5Length());
    for (Scene photo : sitter.photos()) {
      SetEncoder.Pixels pixels =
          new SetEncoder.Pixels(TrainingImages.planes(draw(photo)), plan.side(), plan.side());
      encoder.add(
          "photo " + photo.seed(), List.of(encoder.view(pixels, null)), caption(sitter, photo));
    }
    return encoder.set();
  }

  private String caption(Sitter sitter, Scene photo) {
    return captions == null ? sitter.caption(photo) : captions.of(photo, sitter.word());
  }

  private static double lastLoss(List<TrainStep> steps) {
    return steps.subList(steps.size() - Math.max(1, steps.size() / 10), steps.size()).stream()
        .mapToDouble(TrainStep::loss)
        .average()
        .orElseThrow();
  }

  /** Pictures of one person's prompts, beside a gallery with that person first. */
  private static final class Look {
    private final Gallery gallery;
    private final List<PortraitModel.Portrait> seen;
    private final List<Followed.Case> cases = new ArrayList<>();

    Look(
        Gallery gallery,
        List<Scene> wanted,
        List<String> prompts,
        List<PortraitModel.Portrait> seen) {
      this.gallery = gallery;
      this.seen = seen;
      for (int i = 0; i < seen.size(); i++) {
        cases.add(new Followed.Case(wanted.get(i), prompts.get(i), seen.get(i)));
      }
    }

    double rank1() {
      List<Integer> rest = IntStream.range(1, gallery.size()).boxed().toList();
      return mean(picture -> gallery.rank(picture, 0, rest) == 0 ? 1 : 0);
    }

    double likeness() {
      return mean(picture -> gallery.likeness(picture, 0));
    }

    double followed() {
      return Followed.all(cases);
    }

    private double mean(ToDoubleFunction<PortraitModel.Portrait> figure) {
      return seen.stream().mapToDouble(figure).average().orElseThrow();
    }
  }

  @Override
  public void close() {
    trained.close();
    if (captions != null) {
      captions.close();
    }
  }
}
