package io.atelier.evaluate;

import io.atelier.sample.Claims;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import java.util.ArrayList;
import java.util.List;

/**
 * How well pictures show what their prompts say, by one question.
 *
 * @param question the name of the question
 * @param asked prompts that answer it
 * @param right share of their pictures on which the probe gives the same answer
 * @param chance the same share if every picture is held against all the other prompts
 */
public record Followed(String question, int asked, double right, double chance) {

  /** One picture and what it should show. */
  record Case(Scene scene, String prompt, PortraitModel.Portrait seen) {
    boolean claims(Labels probe) {
      return Claims.of(scene, prompt).contains(probe);
    }
  }

  /** All questions that any of the prompts answers. */
  static List<Followed> of(List<Case> cases) {
    List<Followed> followed = new ArrayList<>();
    for (Labels probe : Labels.PROBES) {
      List<Case> asked = cases.stream().filter(one -> one.claims(probe)).toList();
      if (!asked.isEmpty()) {
        followed.add(of(probe, asked));
      }
    }
    return followed;
  }

  private static Followed of(Labels probe, List<Case> asked) {
    Share right = new Share();
    Share chance = new Share();
    for (Case prompt : asked) {
      int answer = probe.of(prompt.scene());
      right.add(prompt.seen().answers(probe, answer));
      for (Case other : asked) {
        if (other != prompt) {
          chance.add(other.seen().answers(probe, answer));
        }
      }
    }
    return new Followed(probe.name(), asked.size(), right.value(), chance.value());
  }

  /** Share of right answers to all questions together. */
  static double all(List<Case> cases) {
    Share right = new Share();
    for (Case one : cases) {
      for (Labels probe : Claims.of(one.scene(), one.prompt())) {
        right.add(one.seen().answers(probe, probe.of(one.scene())));
      }
    }
    return right.value();
  }
}
