package io.atelier.worker;

import io.atelier.source.Member;
import io.atelier.store.Locations;
import io.atelier.store.Store;
import io.atelier.store.StoredFile;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Lists a folder of any size: its upper folders are shared out, every task lists its own, and no
 * list of files is ever in one place.
 */
public final class ListFolders
    implements FlatMapFunction<Iterator<ListFolders.Branch>, ListedFile> {
  private static final long serialVersionUID = 1L;
  private static final int LEVELS = 3;

  /** Branches that the driver can hold, each a task's. */
  private static final int MOST = 10_000;

  private final Store store;

  /**
   * A part of the tree.
   *
   * @param deep with all below it; else only what lies in the folder itself
   */
  public record Branch(URI folder, boolean deep) implements Serializable {}

  /** Listing with a store. */
  public ListFolders(Store store) {
    this.store = store;
  }

  /**
   * Splits a tree into branches that cover it, going down until there are enough. A folder of more
   * folders than the driver should hold stays one branch.
   *
   * @param enough about as many branches as tasks can list at once
   */
  public static List<Branch> branches(Store store, URI root, int enough) {
    List<Branch> branches = List.of(new Branch(root, true));
    for (int level = 0; level < LEVELS && branches.size() < enough; level++) {
      List<Branch> finer = new ArrayList<>();
      for (int i = 0; i < branches.size(); i++) {
        Branch branch = branches.get(i);
        List<URI> folders = branch.deep() ? store.folders(branch.folder()) : List.of();
        boolean tooMany = finer.size() + folders.size() + branches.size() - i > MOST;
        if (folders.isEmpty() || tooMany) {
          finer.add(branch);
        } else {
          finer.add(new Branch(branch.folder(), false));
          folders.forEach(folder -> finer.add(new Branch(folder, true)));
        }
      }
      branches = finer;
    }
    return branches;
  }

  @Override
  public Iterator<ListedFile> call(Iterator<Branch> branches) {
    Iterator<ListedFile> none = Collections.emptyIterator();
    return new Iterator<>() {
      private Iterator<ListedFile> files = none;

      @Override
      public boolean hasNext() {
        while (!files.hasNext() && branches.hasNext()) {
          files = list(branches.next());
        }
        return files.hasNext();
      }

      @Override
      public ListedFile next() {
        return hasNext() ? files.next() : none.next();
      }
    };
  }

  private Iterator<ListedFile> list(Branch branch) {
    return Units.each(store.walk(branch.folder(), branch.deep()), ListFolders::listed);
  }

  private static ListedFile listed(StoredFile file) {
    return new ListedFile(Locations.text(file.uri()), file.bytes(), file.modified().toEpochMilli());
  }

  /** Whether a file is one of the dataset and not something left behind. */
  public static boolean isWanted(ListedFile file) {
    return !Member.isLitter(file.uri());
  }
}
