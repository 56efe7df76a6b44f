package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
  private static final long LIMIT = 100_000_000L;

  @Test
  void laysAlphaOverWhite() throws IOException {
    BufferedImage image = new BufferedImage(70, 80, BufferedImage.TYPE_4BYTE_ABGR);
    image.setRGB(0, 0, 0x00_00_00_00);
    image.setRGB(1, 0, 0xFF_10_20_30);
    image.setRGB(2, 0, 0x80_FF_00_00);
    Rgb pixels = decode(file(image, "png"));
    assertThat(pixel(pixels, 0, 0)).containsExactly(255, 255, 255);
    assertThat(pixel(pixels, 1, 0)).containsExactly(0x10, 0x20, 0x30);
    assertThat(pixel(pixels, 2, 0)).containsExactly(255, 127, 127);
  }

  @Test
  void keepsTheHighByteOfSixteenBits() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(2, 1, 0, 0xABCD);
    byte[] bytes = file(image, "png");
    assertThat(pixel(decode(bytes), 2, 1)).containsExactly(0xAB, 0xAB, 0xAB);
    assertThat(Decoder.decode(bytes, LIMIT).header().bitDepth()).isEqualTo(16);
  }

  @Test
  void readsGrayWithoutChangingItsLevels() throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(5, 6, 0, 129);
    assertThat(pixel(decode(file(image, "png")), 5, 6)).containsExactly(129, 129, 129);
  }

  @Test
  void readsBitmapsAndRefusesGifByName() throws IOException {
    BufferedImage image = new BufferedImage(33, 20, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(200, 100, 50));
    graphics.fillRect(0, 0, 33, 20);
    byte[] bmp = file(image, "bmp");
    assertThat(pixel(decode(bmp), 32, 19)).containsExactly(200, 100, 50);
    assertThat(refusal(Arrays.copyOf(bmp, bmp.length - 40))).isEqualTo(ReasonCode.TRUNCATED);
    byte[] gif = file(image, "gif");
    assertThat(refusal(gif)).isEqualTo(ReasonCode.UNSUPPORTED_FORMAT);
    assertThatThrownBy(() -> Decoder.decode(gif, LIMIT))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("GIF")
        .hasMessageContaining("UNSUPPORTED_FORMAT");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsATiffByItsTagExactlyOnce(int tag) throws RefusedImage {
    Rgb stored = Pictures.formula(3, 40, 24);
    Decoded decoded = Decoder.decode(tiff(stored, tag), LIMIT);
    assertThat(decoded.orientation()).isEqualTo(tag);
    assertThat(decoded.pixels().sha256()).isEqualTo(Orientation.apply(stored, tag).sha256());
  }

  @Test
  void turnsAJpegByTheTagInItsExifSegment() {
    byte[] plain = Golden.image("gradient_444.jpg");
    Rgb upright = decode(plain);
    for (int tag = 1; tag <= 8; tag++) {
      Decoded turned = Decoder.decode(withExif(plain, tag), LIMIT);
      assertThat(turned.orientation()).isEqualTo(tag);
      assertThat(turned.pixels().sha256()).isEqualTo(Orientation.apply(upright, tag).sha256());
    }
    assertThat(Decoder.decode(withExif(plain, 99), LIMIT).orientation()).isEqualTo(1);
  }

  @Test
  void rotatesAndMirrorsAsTheStandardSays() {
    // a b c
    // d e f
    Rgb stored = letters(3, "abcdef");
    assertThat(letters(Orientation.apply(stored, 2))).isEqualTo("cba fed");
    assertThat(letters(Orientation.apply(stored, 3))).isEqualTo("fed cba");
    assertThat(letters(Orientation.apply(stored, 4))).isEqualTo("def abc");
    assertThat(letters(Orientation.apply(stored, 5))).isEqualTo("ad be cf");
    assertThat(letters(Orientation.apply(stored, 6))).isEqualTo("da eb fc");
    assertThat(letters(Orientation.apply(stored, 7))).isEqualTo("fc eb da");
    assertThat(letters(Orientation.apply(stored, 8))).isEqualTo("cf be ad");
  }

  @Test
  void refusesChannelsThatNoCameraMakes() {
    byte[] jpeg = Golden.image("gradient_444.jpg");
    int frame = indexOf(jpeg, 0xC0);
    jpeg[frame + 8] = 2;
    assertThat(refusal(jpeg)).isEqualTo(ReasonCode.UNSUPPORTED_COLOR);
    assertThatThrownBy(() -> decode(jpeg)).hasMessageContaining("2 channels of 8 bits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gradient_q90.jpg",
        "gradient_progressive.jpg",
        "gradient_gray.jpg",
        "gradient.png",
        "gradient_palette.png",
        "gradient.webp"
      })
  void refusesEveryPrefixOfAFile(String name) {
    byte[] whole = Golden.image(name);
    for (int length = 16; length < whole.length - 1; length += 97) {
      assertThat(refusal(Arrays.copyOf(whole, length)))
          .as("%s cut to %d", name, length)
          .isEqualTo(ReasonCode.TRUNCATED);
    }
    assertThat(refusal(Arrays.copyOf(whole, whole.length - 1))).isEqualTo(ReasonCode.TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient_q90.jpg", "gradient_gray.jpg", "mirrored_444.jpg"})
  void refusesACutJpegThatWasClosedAgain(String name) {
    byte[] whole = Golden.image(name);
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);
    cut[cut.length - 2] = (byte) 0xFF;
    cut[cut.length - 1] = (byte) 0xD9;
    assertThat(refusal(cut)).isEqualTo(ReasonCode.TRUNCATED);
  }

  @Test
  void refusesAPngWhoseChecksumDoesNotFit() {
    byte[] png = Golden.image("gradient.png");
    png[png.length / 2] ^= 0x10;
    assertThat(refusal(png)).isEqualTo(ReasonCode.CORRUPT);
  }

  @Test
  void refusesAPngWithTooFewRowsBehindValidChecksums() throws IOException {
    byte[] png = file(new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR), "png");
    ByteBuffer.wrap(png).putInt(20, 128);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    assertThat(refusal(png)).isEqualTo(ReasonCode.CORRUPT);
  }

  @Test
  void refusesABombBeforeLookingFurther() {
    byte[] bomb = Golden.image("bomb.png");
    assertThat(refusal(bomb)).isEqualTo(ReasonCode.PIXEL_BOMB);
    assertThatThrownBy(() -> decode(bomb)).hasMessageContaining("3600000000 pixels");
  }

  private static Rgb decode(byte[] bytes) {
    return Decoder.decode(bytes, LIMIT).pixels();
  }

  private static ReasonCode refusal(byte[] bytes) {
    try {
      Decoder.read(bytes, Decoder.header(bytes, LIMIT));
      return null;
    } catch (RefusedImage refused) {
      return ReasonCode.valueOf(refused.reason().code());
    }
  }

  private static byte[] file(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  private static int[] pixel(Rgb picture, int x, int y) {
    int p = 3 * (y * picture.width() + x);
    byte[] rgb = picture.bytes();
    return new int[] {rgb[p] & 0xFF, rgb[p + 1] & 0xFF, rgb[p + 2] & 0xFF};
  }

  private static Rgb letters(int width, String text) {
    byte[] rgb = new byte[3 * text.length()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) text.charAt(i / 3);
    }
    return new Rgb(rgb, width, text.length() / width);
  }

  private static String letters(Rgb picture) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      if (i > 0 && i % picture.width() == 0) {
        text.append(' ');
      }
      text.append((char) picture.bytes()[3 * i]);
    }
    return text.toString();
  }

  /** Puts an APP1 segment with one orientation entry behind the start marker. */
  private static byte[] withExif(byte[] jpeg, int tag) {
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + 36);
    out.put(jpeg, 0, 2).put((byte) 0xFF).put((byte) 0xE1).putShort((short) 34);
    out.put(new byte[] {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1});
    out.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) tag);
    out.putShort((short) 0).putInt(0);
    return out.put(jpeg, 2, jpeg.length - 2).array();
  }

  /** An uncompressed RGB file with one strip and an orientation entry. */
  private static byte[] tiff(Rgb picture, int tag) {
    int count = 10;
    int data = 8 + 2 + 12 * count + 4 + 6;
    ByteBuffer out =
        ByteBuffer.allocate(data + picture.bytes().length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) count);
    entry(out, 256, 1, picture.width());
    entry(out, 257, 1, picture.height());
    out.putShort((short) 258).putShort((short) 3).putInt(3).putInt(data - 6);
    entry(out, 259, 1, 1);
    entry(out, 262, 1, 2);
    entry(out, 273, 1, data);
    entry(out, 274, 1, tag);
    entry(out, 277, 1, 3);
    entry(out, 278, 1, picture.height());
    entry(out, 279, 1, picture.bytes().length);
    out.putInt(0).putShort((short) 8).putShort((short) 8).putShort((short) 8);
    return out.put(picture.bytes()).array();
  }

  private static void entry(ByteBuffer out, int tag, int count, int value) {
    out.putShort((short) tag).putShort((short) 3).putInt(count);
    out.putShort((short) value).putShort((short) 0);
  }

  private static int indexOf(byte[] jpeg, int marker) {
    for (int i = 0; i < jpeg.length - 1; i++) {
      if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == marker) {
        return i + 1;
      }
    }
    throw new AssertionError("no marker " + marker);
  }
}
