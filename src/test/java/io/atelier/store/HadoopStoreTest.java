package io.atelier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.testing.DiskFileSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopStoreTest {
  @TempDir Path folder;
  private Store store;
  private URI root;

  @BeforeEach
  void open() {
    store = new HadoopStore(DiskFileSystem.configuration());
    root = Locations.file(folder);
  }

  @Test
  void publishesWholeFilesAndNothingElse() throws IOException {
    URI file = Locations.child(root, "a/b/ü x#1%20.txt");
    store.publish(file, bytes("one"));
    store.publish(file, bytes("two"));
    assertThat(store.read(file)).isEqualTo(bytes("two"));
    assertThat(store.size(file)).isEqualTo(3);
    assertThat(Files.readString(folder.resolve("a/b/ü x#1%20.txt"))).isEqualTo("two");
    assertThat(everything()).containsExactly("a", "a/b", "a/b/ü x#1%20.txt");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoPart() throws IOException {
    URI file = Locations.child(root, "x.bin");
    store.publish(file, bytes("old"));
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> store.publish(file, missing)).isInstanceOf(AtelierException.class);
    // A folder can be opened as a stream, but not be read.
    Path unreadable = Files.createDirectory(folder.resolve("folder"));
    assertThatThrownBy(() -> store.publish(file, unreadable)).isInstanceOf(AtelierException.class);
    assertThat(store.read(file)).isEqualTo(bytes("old"));
    assertThat(everything()).containsExactly("folder", "x.bin");
  }

  @Test
  void publishesALocalFileByCopy() throws IOException {
    Path local = Files.writeString(folder.resolve("local"), "content");
    store.publish(Locations.child(root, "published"), local);
    assertThat(store.read(Locations.child(root, "published"))).isEqualTo(bytes("content"));
    assertThat(local).exists();
  }

  @Test
  void listsAllFilesInOneOrder() throws IOException {
    for (String name :
        List.of("b.jpg", "a b/2.jpg", "a b/10.jpg", "B.jpg", "a:c.jpg", "ä%41.jpg")) {
      store.publish(Locations.child(root, name), bytes(name));
    }
    List<StoredFile> files = store.list(root);
    assertThat(files)
        .extracting(StoredFile::path)
        .containsExactly("B.jpg", "a b/10.jpg", "a b/2.jpg", "a:c.jpg", "b.jpg", "ä%41.jpg");
    for (StoredFile file : files) {
      assertThat(store.read(file.uri())).isEqualTo(bytes(file.path()));
      assertThat(store.read(URI.create(file.uri().toString()))).hasSize((int) file.bytes());
    }
  }

  @Test
  void namesTheFileThatIsNotThere() {
    URI none = Locations.child(root, "none");
    assertThat(store.exists(none)).isFalse();
    assertThat(store.delete(none)).isFalse();
    for (Runnable call :
        List.<Runnable>of(
            () -> store.read(none),
            () -> store.list(none),
            () -> store.size(none),
            () -> store.localCopy(none, folder))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
          .hasMessageContaining("none");
    }
  }

  @Test
  void deletesFilesAndFolders() {
    store.publish(Locations.child(root, "s/1"), bytes("1"));
    store.publish(Locations.child(root, "s/2"), bytes("2"));
    assertThat(store.delete(Locations.child(root, "s/1"))).isTrue();
    assertThat(store.deleteFolder(Locations.child(root, "s"))).isTrue();
    assertThat(store.exists(Locations.child(root, "s"))).isFalse();
  }

  @Test
  void aLocalFileIsItsOwnLocalCopy() {
    URI file = Locations.child(root, "w %.safetensors");
    store.publish(file, bytes("weights"));
    assertThat(store.localCopy(file, folder.resolve("cache")))
        .isEqualTo(folder.resolve("w %.safetensors"));
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void copiesARemoteFileOnceAndAgainWhenItChanges() throws IOException {
    Path cache = folder.resolve("cache");
    URI file = disk("remote/w.safetensors");
    store.publish(file, bytes("weights"));
    Path first = store.localCopy(file, cache);
    assertThat(first).hasFileName("w.safetensors").hasContent("weights").startsWith(cache);
    assertThat(store.localCopy(file, cache)).isEqualTo(first);

    store.publish(file, bytes("other weights"));
    assertThat(store.localCopy(file, cache)).isNotEqualTo(first).hasContent("other weights");
    assertThat(first).hasContent("weights");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left.filter(p -> p.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void copiesARemoteFolderWithItsLayout() {
    store.publish(disk("model/model_index.json"), bytes("{}"));
    store.publish(disk("model/vae/config.json"), bytes("{\"a\":1}"));
    Path copy = store.localCopy(disk("model"), folder.resolve("cache"));
    assertThat(copy.resolve("model_index.json")).hasContent("{}");
    assertThat(copy.resolve("vae/config.json")).hasContent("{\"a\":1}");
  }

  @Test
  void travelsToAnExecutorWithItsSettings() throws IOException, ClassNotFoundException {
    store.publish(disk("x"), bytes("far"));
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(buffer)) {
      out.writeObject(store);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(buffer.toByteArray()))) {
      assertThat(((Store) in.readObject()).read(disk("x"))).isEqualTo(bytes("far"));
    }
  }

  @Test
  void saysWhichSchemeItDoesNotKnow() {
    assertThatThrownBy(() -> store.read(URI.create("nosuch://bucket/x")))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIG))
        .hasMessageContaining("nosuch");
  }

  private URI disk(String name) {
    return DiskFileSystem.uri(folder, name);
  }

  private List<String> everything() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.skip(1).map(p -> folder.relativize(p).toString()).sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
