package io.atelier.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A vision endpoint on this machine that answers, or misbehaves, as it is told. */
public final class VisionServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the server does with one request. */
  @FunctionalInterface
  public interface Behaviour {
    void serve(HttpExchange exchange, JsonNode body) throws IOException, InterruptedException;
  }

  /** One request as it came. */
  public record Request(String authorization, JsonNode body) {
    public String prompt() {
      return content(0).path("text").asText();
    }

    public byte[] jpeg() {
      String url = content(1).path("image_url").path("url").asText();
      return Base64.getDecoder().decode(url.substring("data:image/jpeg;base64,".length()));
    }

    private JsonNode content(int part) {
      return body.path("messages").path(0).path("content").path(part);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Queue<Behaviour> script = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private volatile Behaviour usual;

  public VisionServer(Behaviour usual) {
    this.usual = usual;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/chat/completions", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** For the next requests, one each; afterwards the usual behaviour. */
  public VisionServer script(Behaviour... next) {
    script.addAll(List.of(next));
    return this;
  }

  public void usually(Behaviour behaviour) {
    usual = behaviour;
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  public int mostInFlight() {
    return mostInFlight.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      requests.add(new Request(exchange.getRequestHeaders().getFirst("Authorization"), body));
      Behaviour scripted = script.poll();
      (scripted == null ? usual : scripted).serve(exchange, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inFlight.decrementAndGet();
    }
  }

  public static Behaviour says(String text) {
    return says(text, "stop");
  }

  public static Behaviour says(String text, String finish) {
    return (exchange, body) -> send(exchange, 200, completion(text, finish));
  }

  public static Behaviour status(int code, String text, Map<String, String> headers) {
    return (exchange, body) -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      send(exchange, code, text);
    };
  }

  public static Behaviour status(int code, String text) {
    return status(code, text, Map.of());
  }

  /** Waits before it answers. */
  public static Behaviour after(long millis, Behaviour then) {
    return (exchange, body) -> {
      Thread.sleep(millis);
      then.serve(exchange, body);
    };
  }

  /** Sends the headers and the first bytes, then nothing for a long time. */
  public static Behaviour stalls(long millis) {
    return (exchange, body) -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write("{\"choices\":".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      Thread.sleep(millis);
    };
  }

  /** Promises more bytes than it sends. */
  public static Behaviour breaksOff() {
    return (exchange, body) -> {
      byte[] whole = completion("never read", "stop").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole, 0, whole.length / 2);
      exchange.getResponseBody().flush();
      throw new IOException("broken off on purpose");
    };
  }

  public static String completion(String text, String finish) {
    Map<String, Object> message = Map.of("role", "assistant", "content", text);
    Map<String, Object> choice = Map.of("index", 0, "message", message, "finish_reason", finish);
    Map<String, Object> usage =
        Map.of("prompt_tokens", 400, "completion_tokens", 30, "total_tokens", 430);
    return JSON.valueToTree(
            Map.of("model", "small-2026", "choices", List.of(choice), "usage", usage))
        .toString();
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
