package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.Locations;
import io.atelier.store.Store;
import io.atelier.store.StoredFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder of photos, one sub-folder a subject: {@code photos/<subject>/*}, and beside them
 * optionally {@code subjects.yaml}.
 *
 * @param subjects paths of the files inside the folder, by the subject's name
 * @param stray files that lie beside the sub-folders and belong to nobody
 */
record PhotoFolder(SortedMap<String, List<Entry>> subjects, List<String> stray) {
  static final String SUBJECTS_FILE = "subjects.yaml";

  /** What operating systems leave behind in every folder. */
  private static final Set<String> LITTER = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

  /**
   * A file.
   *
   * @param source path inside the folder, with {@code /}
   */
  record Entry(String source, URI uri) {}

  static PhotoFolder list(Store store, URI root) {
    SortedMap<String, List<Entry>> subjects = new TreeMap<>();
    List<String> stray = new ArrayList<>();
    boolean told = false;
    for (StoredFile file : store.list(root)) {
      String source = file.path();
      int slash = source.indexOf('/');
      if (LITTER.contains(source.substring(source.lastIndexOf('/') + 1))) {
        continue;
      }
      if (source.startsWith(".") || source.startsWith("__MACOSX/")) {
        stray.add(source);
        continue;
      }
      if (slash > 0) {
        subjects
            .computeIfAbsent(source.substring(0, slash), name -> new ArrayList<>())
            .add(new Entry(source, file.uri()));
      } else if (source.equals(SUBJECTS_FILE)) {
        told = true;
      } else {
        stray.add(source);
      }
    }
    if (subjects.isEmpty() && !told) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "The photo folder "
              + Locations.text(root)
              + " has no sub-folder with files, and every subject needs one. Put each person's"
              + " photos into a folder of their own: photos/<name>/*.jpg.");
    }
    return new PhotoFolder(subjects, stray);
  }
}
