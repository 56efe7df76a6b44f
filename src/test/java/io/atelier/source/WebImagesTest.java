package io.atelier.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.testing.ImageServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebImagesTest {
  private static final byte[] IMAGE = {1, 2, 3};

  private final ImageServer server = new ImageServer();
  private final WebImages web =
      new WebImages(new WebImages.Limits(Duration.ofMillis(700), 3, Duration.ofMillis(1), 1000));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void fetchesTheBytesAndFollowsRedirects() {
    server.gives("/a.jpg", IMAGE).redirects("/old.jpg", "/a.jpg");
    assertThat(web.fetch(server.url("/a.jpg"))).isEqualTo(IMAGE);
    assertThat(web.fetch(server.url("/old.jpg"))).isEqualTo(IMAGE);
  }

  @Test
  void asksAgainWhereThatMayHelpAndOnlyThere() {
    server.gives("/busy.jpg", IMAGE).failsFirst("/busy.jpg", 503, 2);
    assertThat(web.fetch(server.url("/busy.jpg"))).isEqualTo(IMAGE);
    assertThat(server.requests("/busy.jpg")).isEqualTo(3);

    server.failsFirst("/down.jpg", 500, 100);
    failsWith("/down.jpg", "status 500 (attempt 3 of 3)");
    failsWith("/gone.jpg", "status 404 (attempt 1 of 3)");
    assertThat(server.requests("/gone.jpg")).isEqualTo(1);
  }

  @Test
  void givesUpOnABodyThatIsTooLarge() {
    server.gives("/large.jpg", new byte[1001]).gives("/fits.jpg", new byte[1000]);
    failsWith("/large.jpg", "larger than 1000 bytes");
    assertThat(web.fetch(server.url("/fits.jpg"))).hasSize(1000);
  }

  @Test
  void givesUpOnABodyThatDripsIn() {
    server.drips("/slow.jpg");
    long start = System.nanoTime();
    failsWith("/slow.jpg", "no answer within 700 ms (attempt 3 of 3)");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void saysWhatIsWrongWithAnAddress() {
    assertThatThrownBy(() -> web.fetch("http://no spaces here/"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'http://no spaces here/' is no web address");
    assertThatThrownBy(() -> web.fetch("http://127.0.0.1:1/a.jpg"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("ConnectException");
    assertThat(WebImages.isWeb("HTTPS://a/b.jpg")).isTrue();
    assertThat(WebImages.isWeb("s3a://a/b.jpg")).isFalse();
    assertThat(WebImages.isWeb("/a.jpg")).isFalse();
  }

  private void failsWith(String path, String message) {
    assertThatThrownBy(() -> web.fetch(server.url(path)))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(server.url(path))
        .hasMessageContaining(message);
  }
}
