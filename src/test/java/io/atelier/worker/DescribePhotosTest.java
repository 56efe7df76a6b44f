package io.atelier.worker;

import static io.atelier.testing.VisionServer.says;
import static io.atelier.testing.VisionServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.caption.ApiKey;
import io.atelier.caption.Attributes;
import io.atelier.caption.CaptionerConfig;
import io.atelier.caption.EndpointConfig;
import io.atelier.caption.OnnxConfig;
import io.atelier.error.ErrorCode;
import io.atelier.image.Rgb;
import io.atelier.image.Thumbnails;
import io.atelier.onnx.OnnxGraph;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.testing.VisionServer;
import io.atelier.testing.WordModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribePhotosTest {
  private static final Attributes ATTRIBUTES =
      new Attributes("man", 80, 60, 1, 0.2, 0.5, 0.2, "red", List.of("red"));

  private final LongAccumulator done = new LongAccumulator();
  @TempDir Path folder;

  @BeforeEach
  void writesPhotos() throws IOException {
    for (int i = 0; i < 3; i++) {
      byte[] pixels = new byte[3 * 80 * 60];
      Arrays.fill(pixels, (byte) (40 * i));
      Files.write(folder.resolve(i + ".png"), Thumbnails.png(new Rgb(pixels, 80, 60)));
    }
    Files.writeString(folder.resolve("3.png"), "no picture");
  }

  @Test
  void aModelOfOurOwnDescribesAndIsLoadedOnceForAllTasks() {
    CaptionerConfig config =
        OnnxConfig.of(WordModel.write(folder.resolve("model")), "", OptionalInt.of(2), 12);
    long before = OnnxGraph.loads();

    List<DescribedPhoto> first = describe(config, 0, 1, 2, 3);
    List<DescribedPhoto> again = describe(config, 0, 1, 2, 3);

    assertThat(OnnxGraph.loads() - before).as("encoder and decoder").isEqualTo(2);
    assertThat(first.subList(0, 3)).extracting(DescribedPhoto::reason).containsOnlyNulls();
    assertThat(first.get(0).answer().text()).matches("word\\d+\\.( word\\d+\\.)+");
    assertThat(first.get(0).answer().completionTokens()).isEqualTo(12);
    assertThat(first.get(0).answer().cost()).isZero();
    assertThat(again.get(0).answer()).isEqualTo(first.get(0).answer());
    assertThat(first.get(3).answer()).isNull();
    assertThat(first.get(3).reason()).startsWith("BAD_INPUT: ");
    assertThat(first.get(3).fatal()).isFalse();
    assertThat(done.value()).isEqualTo(8);
  }

  @Test
  void whatAnEndpointAnsweredBeforeItRefusedIsAResult() {
    try (VisionServer server = new VisionServer(status(401, "no more"))) {
      server.script(says("A man in a red coat."), says("I cannot do that."));
      List<DescribedPhoto> photos = describe(endpoint(server), 0, 1, 2);
      assertThat(photos).extracting(DescribedPhoto::reason).startsWith(null, "REFUSAL");
      assertThat(photos)
          .extracting(DescribedPhoto::failure)
          .containsExactly(null, null, ErrorCode.BAD_ENDPOINT);
      assertThat(photos.get(2).fatal()).isTrue();
      assertThat(photos.get(1).answer().promptTokens()).isEqualTo(400);
    }
  }

  @Test
  void whatAnEndpointAnsweredIsNotAskedForAgainByTheNextTask() {
    try (VisionServer server = new VisionServer(says("A man in a blue coat."))) {
      server.script(says("A man in a red coat."), says("I cannot do that."));
      List<DescribedPhoto> killed = describe(endpoint(server), 0, 1);
      List<DescribedPhoto> next = describe(endpoint(server), 0, 1, 2);
      assertThat(next.subList(0, 2))
          .extracting(DescribedPhoto::answer)
          .isEqualTo(killed.stream().map(DescribedPhoto::answer).toList());
      assertThat(next.get(1).reason()).isEqualTo("REFUSAL");
      assertThat(next.get(2).answer().text()).isEqualTo("A man in a blue coat.");
      assertThat(server.requests()).hasSize(3);
    }
  }

  private static EndpointConfig endpoint(VisionServer server) {
    return new EndpointConfig(
        server.url(),
        "small",
        ApiKey.NONE,
        EndpointConfig.PROMPT,
        64,
        0,
        "{}",
        64,
        1,
        Duration.ofSeconds(5),
        new EndpointConfig.Retry(1, Duration.ZERO),
        new EndpointConfig.Prices(1, 1));
  }

  private List<DescribedPhoto> describe(CaptionerConfig config, int... photos) {
    TaskSettings task =
        new TaskSettings(
            new HadoopStore(new Configuration()), Lake.at(folder.toString()), "cpu", 1, done);
    List<PhotoToCaption> units =
        IntStream.of(photos).mapToObj(i -> photo(i, config.prompt("man"))).toList();
    return new DescribePhotos(config, task).apply(units.iterator());
  }

  private static PhotoToCaption photo(int i, String prompt) {
    return new PhotoToCaption(
        "c", "i", "s", "a", i + ".png", i + ".png", "d" + i, prompt, "zelvok", "man", ATTRIBUTES);
  }
}
