package io.atelier.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Chromium, spoken to in the WebDriver protocol that {@code chromedriver} serves: open a
 * page, run a script in it, read its console, take its picture.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, String root, Path chromium) {
    this.driver = driver;
    Map<String, Object> chrome =
        Map.of(
            "binary",
            chromium.toString(),
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=1280,1000"));
    Map<String, Object> wanted =
        Map.of("goog:loggingPrefs", Map.of("browser", "ALL"), "goog:chromeOptions", chrome);
    JsonNode made = send(root + "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)));
    session = root + "/session/" + made.get("sessionId").asText();
  }

  /** Starts one; skips the test where there is none, but not in continuous integration. */
  public static Browser start() throws IOException {
    Optional<Path> chromium = NAMES.stream().flatMap(name -> onPath(name).stream()).findFirst();
    Optional<Path> driver = onPath("chromedriver");
    boolean there = chromium.isPresent() && driver.isPresent();
    String missing =
        "No chromium and chromedriver on the path, so pages are not opened in a browser; install"
            + " the packages chromium and chromium-driver";
    assertThat(there || !"true".equals(System.getenv("CI"))).as(missing).isTrue();
    assumeTrue(there, missing);
    Process process =
        new ProcessBuilder(driver.get().toString(), "--port=0").redirectErrorStream(true).start();
    try {
      return new Browser(process, "http://127.0.0.1:" + port(process), chromium.get());
    } catch (RuntimeException | AssertionError failed) {
      process.destroy();
      throw failed;
    }
  }

  private static Optional<Path> onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String port(Process driver) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return port.group(1);
      }
    }
    throw new IOException("chromedriver ended before it listened");
  }

  public void open(Path page) {
    send("url", Map.of("url", page.toUri().toString()));
  }

  /** What a script's {@code return} gives; a promise is waited for. */
  public JsonNode run(String script) {
    return send("execute/sync", Map.of("script", script, "args", List.of()));
  }

  /** What pages have written to the console since the last call, failed requests among it. */
  public List<String> console() {
    return send("se/log", Map.of("type", "browser")).findValuesAsText("message");
  }

  public void scheme(String lightOrDark) {
    Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", lightOrDark);
    cdp("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  public void width(int pixels) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
  }

  /** The whole page, as a PNG file. */
  public void screenshot(Path file) throws IOException {
    JsonNode shot =
        cdp("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    write(file, shot.get("data").asText());
  }

  public void print(Path file) throws IOException {
    write(file, send("print", Map.of()).asText());
  }

  private JsonNode cdp(String command, Map<String, ?> parameters) {
    return send("goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  private static void write(Path file, String base64) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(base64));
  }

  private JsonNode send(String command, Map<String, ?> body) {
    String uri = command.startsWith("http") ? command : session + "/" + command;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(uri))
              .timeout(Duration.ofMinutes(2))
              .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build();
      String answer = http.send(request, BodyHandlers.ofString()).body();
      JsonNode value = JSON.readTree(answer).path("value");
      assertThat(value.path("error").asText()).as(answer).isEmpty();
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws Exception {
    try {
      http.send(
          HttpRequest.newBuilder(URI.create(session)).DELETE().build(), BodyHandlers.discarding());
    } finally {
      driver.destroy();
    }
  }
}
