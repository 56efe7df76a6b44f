package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  @Test
  void putsTheOwnPhotoFirstAndEachLookInItsColumn() throws IOException {
    BufferedImage sheet = draw(PaintedRun.of(1), ReportLimits.DEFAULT);
    BufferedImage own = tile(sheet, 252);
    BufferedImage first = tile(sheet, 496);

    assertThat(own.getRGB(20, 20)).isEqualTo(corner(PaintedRun.person(0, 10)));
    assertThat(first.getRGB(20, 20)).isEqualTo(corner(PaintedRun.person(0, 30)));
  }

  @Test
  void staysSmallForALargeRun() throws IOException {
    BufferedImage sheet = draw(PaintedRun.of(9), new ReportLimits(50, 1000, 100, 3, 2, 10, 240));

    assertThat(sheet.getHeight()).isLessThan(112 + 4 * 244);
    assertThat(sheet.getWidth())
        .isEqualTo(draw(PaintedRun.of(1), new ReportLimits(1, 1000, 100, 1, 1, 1, 240)).getWidth());
  }

  @Test
  void drawsTilesWhereAPictureIsMissing() throws IOException {
    PictureReport failed =
        new PictureReport("p", "l", 1, "prompt", Outcome.FAILED, "out of memory", null, null);
    PhotoReport broken = new PhotoReport("b", true, List.of(), null, () -> new byte[] {1, 2});
    SubjectReport subject =
        new SubjectReport(
            "A", "person", "t", null, List.of(broken), null, List.of(), List.of(failed));
    BufferedImage sheet = draw(PaintedRun.of(List.of(subject)), ReportLimits.DEFAULT);

    assertThat(tile(sheet, 252).getRGB(20, 20)).isEqualTo(0xfff1f2f4);
    assertThat(tile(sheet, 496).getRGB(20, 20)).isEqualTo(0xfff1f2f4);
  }

  @Test
  void aRunWithoutSubjectsIsAShortSheet() throws IOException {
    assertThat(draw(PaintedRun.of(0), ReportLimits.DEFAULT).getHeight()).isLessThan(500);
  }

  private static BufferedImage tile(BufferedImage sheet, int x) {
    return sheet.getSubimage(x, 112, 224, 224);
  }

  /** The pixel of a tile at 20, 20, by the same crop and filter. */
  private static int corner(ImageBytes photo) throws IOException {
    byte[] rgb = Thumbnail.read(photo, 896).crop(0, 21, 256, 256).resize(224, 224).bytes();
    int p = 3 * (20 * 224 + 20);
    return 0xff000000 | (rgb[p] & 0xff) << 16 | (rgb[p + 1] & 0xff) << 8 | rgb[p + 2] & 0xff;
  }

  private static BufferedImage draw(RunReport run, ReportLimits limits) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(ContactSheet.png(run, limits)));
  }
}
