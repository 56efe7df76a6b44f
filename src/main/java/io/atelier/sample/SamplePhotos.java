package io.atelier.sample;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.sample.SamplePhoto.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A folder as customers fill it: some people, ten to twelve good portraits of each, and among them
 * every kind of file that must be refused.
 */
public final class SamplePhotos {
  private static final List<String> NAMES =
      List.of(
          "ana", "ben", "chi", "dora", "emil", "fay", "gus", "hana", "ivo", "jo", "kofi", "lena",
          "milo", "nia", "omar", "pia", "quin", "rosa", "sam", "tess", "uri", "vera", "wes",
          "xenia", "yan", "zoe");
  private static final Set<String> MEN =
      Set.of(
          "ben", "emil", "gus", "ivo", "kofi", "milo", "omar", "quin", "sam", "uri", "wes", "yan");
  private static final int[][] SIZES = {
    {576, 640}, {512, 640}, {640, 640}, {544, 672}, {608, 608}, {640, 576}
  };

  /** The golden ratio spreads skin tones evenly, however many people there are. */
  private static final double GOLDEN = 0.6180339887498949;

  private static final List<Kind> FLAWS =
      Arrays.stream(Kind.values()).filter(kind -> !kind.acceptable()).toList();

  private final Path folder;
  private final long seed;
  private final int people;
  private final List<SamplePhoto> written = new ArrayList<>();

  private SamplePhotos(Path folder, long seed, int people) {
    this.folder = folder;
    this.seed = seed;
    this.people = people;
  }

  /**
   * Writes {@code <name>/NN.jpg} (some {@code .png}) and {@code subjects.yaml} into a folder. Equal
   * arguments give equal bytes on the same Java runtime.
   *
   * @param folder created where missing
   * @param seed decides who the people are and how each picture is taken
   * @param people 1 to 26
   * @return every file, in the order written, with what should become of it
   * @throws AtelierException for another number of people, or if the folder cannot be written
   */
  public static List<SamplePhoto> write(Path folder, long seed, int people) {
    if (people < 1 || people > NAMES.size()) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          String.format(
              "Cannot make photos of %d people: there are names for 1 to %d; choose fewer",
              people, NAMES.size()));
    }
    try {
      return new SamplePhotos(folder, seed, people).write();
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "Cannot write sample photos to " + folder + ": " + e + "; choose a writable folder",
          e);
    }
  }

  /** Who stands behind a name: the {@code index}-th person of a seed. */
  public static Person person(long seed, int index) {
    double presentation = MEN.contains(NAMES.get(index % NAMES.size())) ? 0.1 : 0.9;
    double tone = new Draws(seed).unit() + GOLDEN * index;
    return Person.of(Draws.seed(seed, index), presentation, tone - Math.floor(tone));
  }

  private List<SamplePhoto> write() throws IOException {
    for (int subject = 0; subject < people; subject++) {
      Files.createDirectories(folder.resolve(NAMES.get(subject)));
      int count = 10 + subject % 3;
      for (int i = 0; i < count; i++) {
        good(subject, i);
      }
    }
    for (int i = 0; i < FLAWS.size(); i++) {
      flawed(i % people, i, FLAWS.get(i));
    }
    Files.writeString(folder.resolve("subjects.yaml"), subjects());
    return List.copyOf(written);
  }

  private void good(int subject, int index) throws IOException {
    int[] size = SIZES[(subject + index) % SIZES.length];
    Shot shot = shot(subject, index);
    BufferedImage image = Renderer.render(person(seed, subject), shot, size[0], size[1]);
    if (subject == 0 && index == 3) {
      byte[] sideways = ImageFiles.jpeg(ImageFiles.quarterTurnLeft(image));
      put(subject, "jpg", Kind.ROTATED, ImageFiles.withOrientation(sideways, 6));
    } else if (index % 5 == 4) {
      put(subject, "png", Kind.GOOD, ImageFiles.png(image));
    } else {
      put(subject, "jpg", Kind.GOOD, ImageFiles.jpeg(image));
    }
  }

  private Shot shot(int subject, int index) {
    Attributes.Place[] places = Attributes.Place.values();
    Colour[] colours = Colour.values();
    long shotSeed = Draws.seed(seed, 1000L * (subject + 1) + index);
    Attributes drawn = Attributes.of(person(seed, subject), shotSeed);
    Attributes attributes =
        drawn
            .asPortrait()
            .with(drawn.garment(), colours[(3 * subject + index) % colours.length])
            .with(places[(subject + index) % places.length]);
    return Shot.of(attributes, shotSeed);
  }

  private void flawed(int subject, int index, Kind kind) throws IOException {
    put(subject, "jpg", kind, bytes(subject, shot(subject, 100 + index), kind));
  }

  private byte[] bytes(int subject, Shot shot, Kind kind) throws IOException {
    Person person = person(seed, subject);
    Shot.Lamp lamp = shot.lamp();
    return switch (kind) {
      case GOOD, ROTATED -> ImageFiles.jpeg(Renderer.render(person, shot, 576, 640));
      case BLURRED -> {
        Shot.Camera shaken = new Shot.Camera(0.016, 0, 0.2);
        yield ImageFiles.jpeg(Renderer.render(person, shot.with(shaken), 576, 640));
      }
      case DARK -> {
        Shot.Lamp dim = new Shot.Lamp(lamp.side(), lamp.contrast(), lamp.warmth(), -6);
        yield ImageFiles.jpeg(Renderer.render(person, shot.with(dim), 576, 640));
      }
      case OVEREXPOSED -> {
        Shot.Lamp glaring = new Shot.Lamp(lamp.side(), lamp.contrast(), lamp.warmth(), 3);
        yield ImageFiles.jpeg(Renderer.render(person, shot.with(glaring), 576, 640));
      }
      case CUT_OFF -> {
        Shot.Pose pose = shot.pose();
        Shot.Pose aside =
            new Shot.Pose(pose.turn(), pose.nod(), pose.tilt(), pose.scale(), 1.02, pose.y());
        yield ImageFiles.jpeg(Renderer.render(person, shot.with(aside), 576, 640));
      }
      case NO_FACE -> {
        Attributes beach = shot.attributes().with(Attributes.Place.BEACH);
        yield ImageFiles.jpeg(Renderer.renderPlace(Shot.of(beach, shot.detail()), 640, 576));
      }
      case TWO_FACES -> {
        Person friend = person(seed, subject + 1);
        yield ImageFiles.jpeg(Renderer.renderTwo(person, friend, shot, 640, 576));
      }
      case DUPLICATE -> Files.readAllBytes(first(subject));
      case NEAR_DUPLICATE -> again(subject);
      case TRUNCATED -> {
        byte[] whole = ImageFiles.jpeg(Renderer.render(person, shot, 576, 640));
        yield Arrays.copyOf(whole, whole.length * 2 / 5);
      }
      case EMPTY -> new byte[0];
      case NOT_AN_IMAGE ->
          "<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not found</body></html>\n"
              .getBytes(StandardCharsets.US_ASCII);
      case TOO_SMALL -> ImageFiles.jpeg(Renderer.render(person, shot, 96, 112));
    };
  }

  /** The first good picture, a little brighter. */
  private byte[] again(int subject) throws IOException {
    int[] size = SIZES[subject % SIZES.length];
    Shot shot = shot(subject, 0);
    Shot.Lamp lamp = shot.lamp();
    double brighter = lamp.exposure() + 0.15;
    Shot.Lamp changed = new Shot.Lamp(lamp.side(), lamp.contrast(), lamp.warmth(), brighter);
    Person person = person(seed, subject);
    return ImageFiles.jpeg(Renderer.render(person, shot.with(changed), size[0], size[1]));
  }

  private Path first(int subject) {
    String name = NAMES.get(subject);
    return written.stream()
        .filter(photo -> photo.subject().equals(name) && photo.kind() == Kind.GOOD)
        .findFirst()
        .orElseThrow()
        .file();
  }

  private void put(int subject, String extension, Kind kind, byte[] bytes) throws IOException {
    String name = NAMES.get(subject);
    long number = 1 + written.stream().filter(photo -> photo.subject().equals(name)).count();
    Path file =
        folder.resolve(name).resolve(String.format(Locale.ROOT, "%02d.%s", number, extension));
    Files.write(file, bytes);
    written.add(new SamplePhoto(file, name, kind));
  }

  private String subjects() {
    StringBuilder yaml =
        new StringBuilder("# Painted people: nobody has to be asked.\nsubjects:\n");
    for (int i = 0; i < people; i++) {
      String name = NAMES.get(i);
      yaml.append(
          String.format(
              Locale.ROOT,
              "  %s:\n    class_noun: %s\n    consent: sample-%04d\n",
              name,
              person(seed, i).classNoun(),
              i + 1));
      if (i == 1 % people) {
        yaml.append("    trigger_token: ").append(name).append("vok\n");
      }
    }
    return yaml.toString();
  }
}
