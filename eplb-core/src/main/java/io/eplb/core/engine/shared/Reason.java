package io.eplb.core.engine.shared;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A line of text in the gate's memory, cut to the room that there is: a length of 4 bytes, then
 * UTF-8. Each side has one of its own, and writes it before the word that says that it is broken.
 */
final class Reason {
  static final int BYTES = 512;
  private static final int MOST = BYTES - Integer.BYTES;

  private Reason() {}

  static void write(ByteBuffer memory, int offset, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = text.length;
    if (length > MOST) {
      length = MOST;
      while ((text[length] & 0xC0) == 0x80) { // In the middle of a character.
        length--;
      }
    }
    memory.putInt(offset, length);
    memory.put(offset + Integer.BYTES, text, 0, length);
  }

  static String read(ByteBuffer memory, int offset) {
    byte[] text = new byte[Math.min(MOST, Math.max(0, memory.getInt(offset)))];
    memory.get(offset + Integer.BYTES, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
