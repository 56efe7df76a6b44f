package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.store.Lake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionPhotosTest {
  @TempDir Path folder;

  @Test
  void onePhotoThatCannotBeCaptionedLeavesTheOthersAlone() {
    TaskSettings task =
        new TaskSettings(null, Lake.at(folder.toString()), "cpu", 1, new LongAccumulator());
    Iterator<CaptionedPhoto> captions =
        new CaptionPhotos("attributes", task)
            .call(List.of(photo("woman"), photo("zelvok")).iterator());

    List<CaptionedPhoto> all = new ArrayList<>();
    captions.forEachRemaining(all::add);

    assertThat(all).extracting(CaptionedPhoto::captioned).containsExactly(false, true);
    assertThat(all.get(0).reason()).contains("woman");
    assertThat(all.get(1).text()).contains("zelvok woman");
  }

  private static PhotoToCaption photo(String trigger) {
    return new PhotoToCaption(
        "c", "i", "s", "a", trigger, "woman", 640, 640, 1, 0.2, 0.5, 0.2, List.of("red"));
  }
}
