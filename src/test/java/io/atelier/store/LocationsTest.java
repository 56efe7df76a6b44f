package io.atelier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocationsTest {
  @Test
  void aBareNameIsAPathOfThisMachine() {
    URI uri = Locations.parse("my lake");
    assertThat(Locations.isLocal(uri)).isTrue();
    assertThat(Path.of(uri)).isEqualTo(Path.of("my lake").toAbsolutePath());
    assertThat(Locations.parse("/data/a:b/c").getPath()).isEqualTo("/data/a:b/c");
    assertThat(Locations.parse("file:/data/x").getPath()).isEqualTo("/data/x");
    assertThat(Locations.parse("file:///data/x/").getPath()).isEqualTo("/data/x");
  }

  @Test
  void anObjectStoreKeyIsTakenAsTyped() {
    URI uri = Locations.parse("s3a://bucket/my photos/50%20 off #1?");
    assertThat(uri.getScheme()).isEqualTo("s3a");
    assertThat(uri.getAuthority()).isEqualTo("bucket");
    assertThat(uri.getPath()).isEqualTo("/my photos/50%20 off #1?");
    assertThat(uri.toString()).isEqualTo("s3a://bucket/my%20photos/50%2520%20off%20%231%3F");
    assertThat(Locations.text(uri)).isEqualTo("s3a://bucket/my photos/50%20 off #1?");
    assertThat(Locations.hadoop(uri).toUri()).isEqualTo(uri);
  }

  @Test
  void aBucketAloneIsALake() {
    for (String typed : new String[] {"s3a://bucket", "s3a://bucket/"}) {
      Lake lake = Lake.at(typed);
      assertThat(lake.tables()).isEqualTo("s3a://bucket/tables");
      assertThat(lake.photo("s1", "a1", "jpg")).hasToString("s3a://bucket/photos/s1/a1.jpg");
    }
  }

  @Test
  void aUriSurvivesBeingWrittenDown() {
    URI uri = Locations.child(Locations.parse("s3a://bucket/dir"), "über 100%.jpg");
    assertThat(URI.create(uri.toString()).getPath()).isEqualTo("/dir/über 100%.jpg");
  }

  @Test
  void refusesNothing() {
    assertThatThrownBy(() -> Locations.parse(" ")).isInstanceOf(AtelierException.class);
  }

  @Test
  void laysOutALake() {
    Lake lake = Lake.at("/data/my lake");
    assertThat(lake.tables()).isEqualTo("file:/data/my lake/tables");
    assertThat(lake.table("runs").getPath()).isEqualTo("/data/my lake/tables/runs");
    assertThat(lake.adapter("s", "ad", "0123456789abcdef").getPath())
        .isEqualTo("/data/my lake/adapters/s/ad-01234567.safetensors");
    assertThat(lake.image("s", "rq").getPath()).isEqualTo("/data/my lake/images/s/rq.png");
    assertThat(lake.embedding("abcdef").getPath())
        .isEqualTo("/data/my lake/embeddings/ab/abcdef.safetensors");
    assertThat(lake.trainingSet("s", "set").getPath())
        .isEqualTo("/data/my lake/latents/s/set.safetensors");
    assertThat(lake.report("curate.html").getPath()).isEqualTo("/data/my lake/reports/curate.html");
  }

  @Test
  void tablesStorePathsThatMoveWithTheLake() {
    Lake lake = Lake.at("/data/my lake");
    String stored = lake.relative(lake.image("s", "rq"));
    assertThat(stored).isEqualTo("images/s/rq.png");
    assertThat(Lake.at("s3a://b").resolve(stored)).hasToString("s3a://b/images/s/rq.png");
    assertThatThrownBy(() -> lake.relative(Locations.parse("/data/my lake 2/x")))
        .isInstanceOf(AtelierException.class);
  }
}
