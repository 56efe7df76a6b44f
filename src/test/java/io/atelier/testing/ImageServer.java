package io.atelier.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Files behind web addresses of this machine, some of them badly served. */
public final class ImageServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> moved = new ConcurrentHashMap<>();
  private final Map<String, int[]> failures = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private volatile String dripping = "";

  public ImageServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public ImageServer gives(String path, byte[] bytes) {
    files.put(path, bytes);
    return this;
  }

  public ImageServer redirects(String path, String to) {
    moved.put(path, to);
    return this;
  }

  /** The first so many requests get this status. */
  public ImageServer failsFirst(String path, int status, int times) {
    failures.put(path, new int[] {status, times});
    return this;
  }

  /** A byte now and then, without end. */
  public ImageServer drips(String path) {
    dripping = path;
    return this;
  }

  public int requests(String path) {
    return requests.getOrDefault(path, new AtomicInteger()).get();
  }

  public int requests() {
    return requests.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    int count = requests.computeIfAbsent(path, p -> new AtomicInteger()).incrementAndGet();
    int[] failure = failures.getOrDefault(path, new int[] {0, 0});
    try (exchange) {
      if (path.equals(dripping)) {
        drip(exchange);
      } else if (count <= failure[1]) {
        exchange.sendResponseHeaders(failure[0], -1);
      } else if (moved.containsKey(path)) {
        exchange.getResponseHeaders().add("Location", moved.get(path));
        exchange.sendResponseHeaders(302, -1);
      } else if (files.containsKey(path)) {
        byte[] bytes = files.get(path);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try {
      for (int i = 0; i < 1000; i++) {
        exchange.getResponseBody().write(1);
        exchange.getResponseBody().flush();
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
