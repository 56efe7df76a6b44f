package io.atelier.report;

import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A run with painted people: what a real one looks like, mishaps included. */
final class PaintedRun {
  static final RunFacts FACTS =
      new RunFacts(
          "20251121-140502-7f3a",
          "FLUX.1-dev",
          "9f31c0de77ab12e4c5d6aa0191b2f3d4",
          "1.0.0",
          "s3a://studio/lake",
          "bfloat16",
          "cuda:0");
  static final List<LookReport> LOOKS =
      List.of(
          new LookReport("headshots", "Studio gray"),
          new LookReport("headshots", "Window light"),
          new LookReport("headshots", "Office"),
          new LookReport("cinema", "Neon rain"),
          new LookReport("cinema", "Desert dusk"),
          new LookReport("cinema", "Film noir"));
  private static final Instant TIME = Instant.parse("2025-11-21T14:05:02Z");
  private static final String[] NAMES = {"Amara Okafor", "Jonas Lind", "Mei Tanaka", "Luis Ortega"};

  private PaintedRun() {}

  static RunReport of(int subjects) {
    List<SubjectReport> all = new ArrayList<>();
    for (int i = 0; i < subjects; i++) {
      all.add(subject(i));
    }
    return of(all);
  }

  static RunReport of(List<SubjectReport> subjects) {
    List<StageSummary> stages =
        List.of(
            new StageSummary("intake", "DONE", 37, 37, 1.2),
            new StageSummary("curate", "DONE", 37, 37, 14.8),
            new StageSummary("train", "PARTIAL", 4, 3, 5025),
            new StageSummary("generate", "DONE", 24, 18, 8123));
    return new RunReport("Autumn portraits", TIME, FACTS, LOOKS, subjects, stages);
  }

  static SubjectReport subject(int i) {
    String name = NAMES[i % NAMES.length];
    String trigger = "sks" + i;
    List<PhotoReport> photos = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      String caption = "a photo of " + trigger + " person, light background " + k + ", soft light";
      photos.add(
          new PhotoReport("img_00" + k + ".jpg", true, List.of(), caption, person(i, 10 + k)));
    }
    photos.add(refused("blurred.jpg", "BLURRY", "The picture is out of focus.", 12.25, 60.0, i));
    List<PictureReport> pictures = new ArrayList<>();
    for (int k = 0; k < LOOKS.size(); k++) {
      pictures.add(picture(LOOKS.get(k), 1000L + k, trigger, person(i, 30 + k)));
    }
    List<Double> losses = losses(1000, i);
    AdapterReport adapter =
        new AdapterReport(
            "lora-4be1" + i, Outcome.DONE, null, 1000, 16, losses.get(0), losses.get(999), 1675);
    return new SubjectReport(
        name, "person", trigger, "consent-" + i, photos, adapter, LossPoint.each(losses), pictures);
  }

  static PhotoReport refused(
      String source, String code, String sentence, double value, double threshold, int seed) {
    List<ReasonReport> reasons = List.of(new ReasonReport(code, sentence, value, threshold));
    return new PhotoReport(source, false, reasons, null, person(seed, 3));
  }

  static PictureReport picture(LookReport look, long seed, String trigger, ImageBytes image) {
    String prompt = "portrait of " + trigger + " person, " + look.look() + ", 85mm, soft light";
    return new PictureReport(
        look.pack(), look.look(), seed, prompt, Outcome.DONE, null, null, image);
  }

  static List<Double> losses(int steps, long seed) {
    Random random = new Random(seed);
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double trend = 0.34 + 0.5 * Math.exp(-6.0 * i / steps);
      losses.add(trend * (1 + 0.25 * random.nextGaussian() * random.nextDouble()));
    }
    return losses;
  }

  /** A head with hair and shoulders; the person decides the face, the scene the background. */
  static ImageBytes person(int person, int scene) {
    return () -> Thumbnails.png(paint(person, scene));
  }

  private static Rgb paint(int person, int scene) {
    BufferedImage image = new BufferedImage(256, 320, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.scale(0.5, 0.5);
    float hue = scene * 0.137f % 1;
    Color high = Color.getHSBColor(hue, 0.22f, 0.93f);
    g.setPaint(new GradientPaint(0, 0, high, 512, 640, Color.getHSBColor(hue + 0.1f, 0.45f, 0.5f)));
    g.fillRect(0, 0, 512, 640);
    Color hair = Color.getHSBColor(0.04f + 0.03f * person, 0.6f, 0.15f + 0.2f * (person % 3));
    Color skin =
        Color.getHSBColor(0.07f, 0.35f + 0.1f * (person % 3), 0.95f - 0.15f * (person % 4));
    g.setColor(Color.getHSBColor(hue + 0.5f, 0.4f, 0.4f));
    g.fillRoundRect(70, 470, 372, 300, 200, 200);
    g.setColor(hair);
    g.fillOval(146, 120, 220, 260 + 40 * (person % 3));
    g.setColor(skin);
    g.fillRoundRect(216, 380, 80, 120, 40, 40);
    g.fillOval(166, 170, 180, 240);
    g.setColor(new Color(0x221a18));
    g.fillOval(205, 275, 22, 16);
    g.fillOval(285, 275, 22, 16);
    g.setColor(new Color(0xa2494c));
    g.fillArc(222, 325, 68, 44, 190, 160);
    g.dispose();
    return rgb(image);
  }

  private static Rgb rgb(BufferedImage image) {
    byte[] bytes = new byte[3 * image.getWidth() * image.getHeight()];
    for (int p = 0; p < bytes.length; p += 3) {
      int colour = image.getRGB(p / 3 % image.getWidth(), p / 3 / image.getWidth());
      bytes[p] = (byte) (colour >> 16);
      bytes[p + 1] = (byte) (colour >> 8);
      bytes[p + 2] = (byte) colour;
    }
    return new Rgb(bytes, image.getWidth(), image.getHeight());
  }
}
