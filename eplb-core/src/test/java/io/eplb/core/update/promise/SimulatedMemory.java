package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The memory of a rank, two words per place: slots layer by layer, then buffers. It outlives engine
 * and agent; each start of the engine loads the slots.
 */
final class SimulatedMemory {
  static final int EXPERT_BYTES = 2 * Long.BYTES;

  private final int layers;
  private final int slots;
  private final long[] words;
  private final boolean[] written;

  SimulatedMemory(int layers, int slots, int buffers) {
    this.layers = layers;
    this.slots = slots;
    this.words = new long[2 * (layers * slots + buffers)];
    this.written = new boolean[buffers];
  }

  static long content(int layer, int expert) {
    return layer * 1_000L + expert + 1;
  }

  int layers() {
    return layers;
  }

  int slots() {
    return slots;
  }

  int buffers() {
    return written.length;
  }

  /** Loads the experts of a rank from the checkpoint, into all slots. */
  void load(int rank, ExpertTable table) {
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        int expert = table.expertAt(layer, rank, slot);
        for (int word = 0; word < 2; word++) {
          words[slotWord(layer, slot, word)] = content(layer, expert);
        }
      }
    }
  }

  int slotWord(int layer, int slot, int word) {
    return 2 * (layer * slots + slot) + word;
  }

  int bufferWord(int buffer, int word) {
    return 2 * (layers * slots + buffer) + word;
  }

  long word(int at) {
    return words[at];
  }

  void write(int at, long word) {
    words[at] = word;
  }

  /** Notes that something writes to a buffer, or has ended. */
  void setWritten(int buffer, boolean isWritten) {
    written[buffer] = isWritten;
  }

  void endAllWrites() {
    Arrays.fill(written, false);
  }

  boolean isWritten(int buffer) {
    return written[buffer];
  }

  void exchange(int layer, int slot, int buffer) {
    for (int word = 0; word < 2; word++) {
      long kept = words[slotWord(layer, slot, word)];
      words[slotWord(layer, slot, word)] = words[bufferWord(buffer, word)];
      words[bufferWord(buffer, word)] = kept;
    }
  }

  /** Returns the first slot that does not hold its expert; empty if all do. */
  String firstDifference(int rank, ExpertTable table) {
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        int expert = table.expertAt(layer, rank, slot);
        long first = words[slotWord(layer, slot, 0)];
        long second = words[slotWord(layer, slot, 1)];
        long right = content(layer, expert);
        if (expert != Placement.EMPTY && (first != right || second != right)) {
          return "layer %d, rank %d, slot %d holds %d/%d, version %d says %d"
              .formatted(layer, rank, slot, first, second, table.version(), right);
        }
      }
    }
    return "";
  }
}
