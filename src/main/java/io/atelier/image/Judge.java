package io.atelier.image;

import java.util.ArrayList;
import java.util.List;

/** Holds measurements against rules; every rule is asked, so every reason is found. */
final class Judge {
  private final Rules rules;
  private final List<Reason> reasons = new ArrayList<>();

  private Judge(Rules rules) {
    this.rules = rules;
  }

  static List<Reason> reasons(Metrics metrics, Rules rules) {
    Judge judge = new Judge(rules);
    judge.size(metrics);
    judge.light(metrics);
    judge.focus(metrics);
    if (rules.faces().required()) {
      judge.faces(metrics);
    }
    return List.copyOf(judge.reasons);
  }

  private void size(Metrics m) {
    Rules.Size size = rules.size();
    atLeast(ReasonCode.TOO_SMALL, Math.min(m.width(), m.height()), size.minSide());
    atLeast(ReasonCode.ASPECT_RATIO, m.aspect(), size.minAspect());
  }

  private void light(Metrics m) {
    Rules.Light light = rules.light();
    boolean flat = Double.isNaN(m.sharpness());
    if (flat || m.grayEntropy() < light.minEntropy()) {
      add(ReasonCode.LOW_INFO, m.grayEntropy(), light.minEntropy());
    }
    atLeast(ReasonCode.DARK, m.brightnessP99(), light.darkP99());
    atMost(ReasonCode.LIGHT, m.brightnessP5(), light.lightP5());
  }

  private void focus(Metrics m) {
    Rules.Focus focus = rules.focus();
    if (m.sharpness() < focus.blurry()) {
      add(ReasonCode.BLURRY, m.sharpness(), focus.blurry());
    } else {
      atLeast(ReasonCode.SOFT, m.sharpness(), focus.soft());
    }
  }

  private void faces(Metrics m) {
    if (m.faces().isEmpty()) {
      add(ReasonCode.NO_FACE, 0, 1);
      return;
    }
    Rules.Faces limits = rules.faces();
    Face face = m.faces().get(0);
    if (m.faces().size() > 1) {
      double second = (double) m.faces().get(1).area() / face.area();
      atMost(ReasonCode.MULTIPLE_FACES, second, limits.maxSecond());
    }
    atLeast(ReasonCode.FACE_TOO_SMALL, face.width(), limits.minSide());
    double share = m.largestFaceShare();
    atLeast(ReasonCode.FACE_SHARE, share, limits.minShare());
    atMost(ReasonCode.FACE_SHARE, share, limits.maxShare());
    atLeast(ReasonCode.FACE_CUT_OFF, margin(face, m), limits.minMargin());
    atLeast(ReasonCode.FACE_BLURRY, m.faceSharpness(), rules.focus().blurry());
  }

  private static double margin(Face face, Metrics m) {
    double right = m.width() - face.x() - face.width();
    double bottom = m.height() - face.y() - face.height();
    double across = Math.min(face.x(), right) / m.width();
    double down = Math.min(face.y(), bottom) / m.height();
    return Math.min(across, down);
  }

  private void atLeast(ReasonCode code, double value, double limit) {
    if (value < limit) {
      add(code, value, limit);
    }
  }

  private void atMost(ReasonCode code, double value, double limit) {
    if (value > limit) {
      add(code, value, limit);
    }
  }

  private void add(ReasonCode code, double value, double limit) {
    reasons.add(
        rules.warnOnly().contains(code)
            ? Reason.warn(code, value, limit)
            : Reason.reject(code, value, limit));
  }
}
