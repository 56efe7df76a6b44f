package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.atelier.error.AtelierException;
import io.atelier.sample.SamplePhoto.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplePhotosTest {
  private static final long SEED = 9;

  @TempDir static Path folder;
  private static List<SamplePhoto> photos;

  @BeforeAll
  static void write() {
    photos = SamplePhotos.write(folder, SEED, 2);
  }

  @Test
  void writesTheSameBytesForTheSameSeed(@TempDir Path other) throws IOException {
    List<SamplePhoto> again = SamplePhotos.write(other, SEED, 2);
    assertThat(again).hasSameSizeAs(photos);
    for (int i = 0; i < photos.size(); i++) {
      Path first = photos.get(i).file();
      Path second = again.get(i).file();
      assertThat(other.relativize(second)).isEqualTo(folder.relativize(first));
      assertThat(Files.mismatch(first, second)).as(first.toString()).isEqualTo(-1);
    }
  }

  @Test
  void holdsEveryKindOfInputAndEnoughGoodOnesOfEachPerson() {
    Set<Kind> kinds = photos.stream().map(SamplePhoto::kind).collect(Collectors.toSet());
    assertThat(kinds).isEqualTo(EnumSet.allOf(Kind.class));
    for (String name : List.of("ana", "ben")) {
      assertThat(photos)
          .filteredOn(photo -> photo.subject().equals(name) && photo.kind().acceptable())
          .hasSizeBetween(10, 12);
    }
  }

  @Test
  void keepsPortraitsLargeEnoughForTheDefaultRules() throws IOException {
    for (SamplePhoto photo : photos) {
      if (photo.kind().acceptable()) {
        BufferedImage image = ImageIO.read(photo.file().toFile());
        assertThat(Math.min(image.getWidth(), image.getHeight())).isGreaterThanOrEqualTo(512);
        assertThat(Math.max(image.getWidth(), image.getHeight())).isLessThanOrEqualTo(672);
      }
    }
    assertThat(photos).anyMatch(photo -> photo.file().toString().endsWith(".png"));
  }

  @Test
  void storesOneGoodPortraitSidewaysWithExifOrientationSix() throws Exception {
    Path file = only(Kind.ROTATED);
    ExifIFD0Directory exif =
        ImageMetadataReader.readMetadata(file.toFile())
            .getFirstDirectoryOfType(ExifIFD0Directory.class);
    assertThat(exif.getInt(ExifIFD0Directory.TAG_ORIENTATION)).isEqualTo(6);
    BufferedImage stored = ImageIO.read(file.toFile());
    BufferedImage upright = stored;
    for (int i = 0; i < 3; i++) {
      upright = ImageFiles.quarterTurnLeft(upright);
    }
    try (Faces faces = new Faces("haarcascade_frontalface_default")) {
      assertThat(faces.count(stored)).isZero();
      assertThat(faces.count(upright)).isEqualTo(1);
    }
  }

  @Test
  void showsTheDetectorAFaceInNearlyEveryGoodPortraitAndNoneInTheLandscape() throws IOException {
    int good = 0;
    int found = 0;
    try (Faces faces = new Faces("haarcascade_frontalface_default")) {
      for (SamplePhoto photo : photos) {
        if (photo.kind() == Kind.GOOD) {
          good++;
          found += faces.count(ImageIO.read(photo.file().toFile())) == 1 ? 1 : 0;
        }
      }
      assertThat(found).isGreaterThanOrEqualTo(good * 4 / 5);
      assertThat(faces.count(ImageIO.read(only(Kind.NO_FACE).toFile()))).isZero();
      assertThat(faces.count(ImageIO.read(only(Kind.TWO_FACES).toFile()))).isEqualTo(2);
    }
  }

  @Test
  void spoilsTheFilesThatACuratorMustRefuse() throws IOException {
    assertThat(only(Kind.EMPTY)).isEmptyFile();
    assertThat(Files.readString(only(Kind.NOT_AN_IMAGE), StandardCharsets.US_ASCII))
        .startsWith("<!DOCTYPE html>");
    assertThat(ImageIO.read(only(Kind.NOT_AN_IMAGE).toFile())).isNull();
    byte[] cut = Files.readAllBytes(only(Kind.TRUNCATED));
    assertThat(cut).startsWith(0xFF, 0xD8);
    assertThat(cut[cut.length - 2] == (byte) 0xFF && cut[cut.length - 1] == (byte) 0xD9).isFalse();
    assertThat(ImageIO.read(only(Kind.TOO_SMALL).toFile()).getWidth()).isEqualTo(96);
  }

  @Test
  void repeatsAnEarlierFileOfTheSameFolderByteForByte() throws IOException {
    Path copy = only(Kind.DUPLICATE);
    Path original = copy.resolveSibling("01.jpg");
    assertThat(copy).isNotEqualTo(original).hasSameBinaryContentAs(original);
  }

  @Test
  void blursAndDarkensStrongly() throws IOException {
    double sharp = detail(photos.get(0).file());
    assertThat(detail(only(Kind.BLURRED))).isLessThan(sharp / 10);
    assertThat(brightest(only(Kind.DARK))).isLessThan(24);
    assertThat(brightest(photos.get(0).file())).isGreaterThan(200);
  }

  @Test
  void namesEverySubjectWithItsConsentAndOneTriggerToken() throws IOException {
    JsonNode subjects =
        new ObjectMapper(new YAMLFactory())
            .readTree(folder.resolve("subjects.yaml").toFile())
            .get("subjects");
    assertThat(subjects.fieldNames()).toIterable().containsExactly("ana", "ben");
    assertThat(subjects.at("/ana/class_noun").asText()).isEqualTo("woman");
    assertThat(subjects.at("/ben/class_noun").asText()).isEqualTo("man");
    assertThat(subjects.at("/ana/consent").asText()).isEqualTo("sample-0001");
    assertThat(subjects.findValuesAsText("trigger_token")).containsExactly("benvok");
  }

  @Test
  void refusesMorePeopleThanItHasNamesFor() {
    assertThatThrownBy(() -> SamplePhotos.write(folder, SEED, 27))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("27 people");
  }

  private static Path only(Kind kind) {
    return photos.stream().filter(photo -> photo.kind() == kind).findFirst().orElseThrow().file();
  }

  /** Mean squared second difference of the green channel along rows. */
  private static double detail(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    double sum = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 1; x < image.getWidth() - 1; x++) {
        int bend = 2 * green(image, x, y) - green(image, x - 1, y) - green(image, x + 1, y);
        sum += bend * bend;
      }
    }
    return sum / (image.getWidth() * image.getHeight());
  }

  private static int brightest(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    int most = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        most = Math.max(most, green(image, x, y));
      }
    }
    return most;
  }

  private static int green(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) >> 8 & 255;
  }
}
