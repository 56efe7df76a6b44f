package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.store.HadoopStore;
import io.atelier.store.Locations;
import io.atelier.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoFolderTest {
  @TempDir Path folder;
  private final Store store = new HadoopStore(new Configuration());

  @Test
  void takesEveryFileBelowASubfolderForTheSubjectOfThatName() throws IOException {
    files("ben/2.jpg", "ana/1.jpg", "ana/2025/summer/a b.PNG", "ben/notes.txt", "Åsa & co/ü.jpg");
    PhotoFolder listed = list();
    assertThat(listed.subjects().keySet()).containsExactly("ana", "ben", "Åsa & co");
    assertThat(listed.subjects().get("ana"))
        .extracting(PhotoFolder.Entry::source)
        .containsExactly("ana/1.jpg", "ana/2025/summer/a b.PNG");
    assertThat(listed.subjects().get("ben")).hasSize(2);
    assertThat(listed.subjects().get("Åsa & co"))
        .singleElement()
        .satisfies(entry -> assertThat(store.read(entry.uri())).isNotEmpty());
    assertThat(listed.stray()).isEmpty();
  }

  @Test
  void namesFilesThatBelongToNobodyButNotTheSubjectsFile() throws IOException {
    files("ana/1.jpg", "subjects.yaml", "loose.jpg", "readme.md");
    assertThat(list().stray()).containsExactly("loose.jpg", "readme.md");
  }

  @Test
  void passesOverWhatOperatingSystemsLeaveBehind() throws IOException {
    files("ana/1.jpg", "ana/.DS_Store", "ana/Thumbs.db", ".DS_Store", "ben/desktop.ini");
    PhotoFolder listed = list();
    assertThat(listed.subjects().keySet()).containsExactly("ana");
    assertThat(listed.subjects().get("ana")).hasSize(1);
    assertThat(listed.stray()).isEmpty();
  }

  @Test
  void refusesAFolderWithoutSubfolders() throws IOException {
    files("1.jpg", "2.jpg");
    assertThatThrownBy(this::list)
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("photos/<name>/*.jpg");
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    assertThatThrownBy(() -> PhotoFolder.list(store, Locations.file(folder.resolve("none"))))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("none");
  }

  private PhotoFolder list() {
    return PhotoFolder.list(store, Locations.file(folder));
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }
}
