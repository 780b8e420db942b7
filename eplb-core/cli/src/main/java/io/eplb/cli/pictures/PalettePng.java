package io.eplb.cli.pictures;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A PNG image of at most 256 colours, for the address of an image inside a page. Source: PNG
 * Specification, third edition (W3C, 2025), colour type 3. The JDK's own writer would load the
 * desktop module.
 */
final class PalettePng {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte BITS = 8;
  private static final byte PALETTE = 3;

  private PalettePng() {}

  /**
   * Returns an image as a data URI.
   *
   * @param pixels height × width numbers of colours
   * @param palette 0xRRGGBB each; the last is transparent
   */
  static String uri(int width, int height, byte[] pixels, int[] palette) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(SIGNATURE);
    chunk(
        png,
        "IHDR",
        ByteBuffer.allocate(13).putInt(width).putInt(height).put(BITS).put(PALETTE).array());
    ByteBuffer colors = ByteBuffer.allocate(3 * palette.length);
    for (int color : palette) {
      colors.put((byte) (color >> 16)).put((byte) (color >> 8)).put((byte) color);
    }
    chunk(png, "PLTE", colors.array());
    byte[] opacity = new byte[palette.length];
    Arrays.fill(opacity, 0, palette.length - 1, (byte) 0xff);
    chunk(png, "tRNS", opacity);
    chunk(png, "IDAT", compressed(width, height, pixels));
    chunk(png, "IEND", new byte[0]);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  private static byte[] compressed(int width, int height, byte[] pixels) {
    // Before each row stands the number of its filter: none.
    byte[] rows = new byte[height * (width + 1)];
    for (int row = 0; row < height; row++) {
      System.arraycopy(pixels, row * width, rows, row * (width + 1) + 1, width);
    }
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(rows);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 13];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    png.writeBytes(name);
    png.writeBytes(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
