package io.atelier.caption;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.image.Thumbnails;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a vision model behind an endpoint. The picture goes out upright, downscaled and encoded
 * afresh as JPEG, so without any metadata of the photo.
 */
final class EndpointCaptioner implements Captioner {
  private static final Map<EndpointConfig, EndpointClient> CLIENTS = new ConcurrentHashMap<>();

  private final EndpointConfig config;
  private final EndpointClient client;

  private EndpointCaptioner(EndpointConfig config, EndpointClient client) {
    this.config = config;
    this.client = client;
  }

  /** All captioners of one configuration share this JVM's connections and their limit. */
  static EndpointCaptioner open(EndpointConfig config) {
    return new EndpointCaptioner(config, CLIENTS.computeIfAbsent(config, EndpointClient::new));
  }

  @Override
  public Answer describe(Photo photo) {
    return client.ask(() -> body(photo).toString());
  }

  private ObjectNode body(Photo photo) {
    byte[] jpeg = Thumbnails.jpegOfArea(photo.pixels().get(), config.imageSize());
    ObjectNode body = config.request();
    body.put("model", config.model());
    ArrayNode content =
        body.putArray("messages").addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "text").put("text", photo.prompt());
    content
        .addObject()
        .put("type", "image_url")
        .putObject("image_url")
        .put("url", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg));
    return body;
  }

  @Override
  public int concurrency() {
    return config.concurrency();
  }

  @Override
  public void close() {}
}
