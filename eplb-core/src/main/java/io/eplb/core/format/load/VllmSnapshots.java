package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;

/**
 * Reads the snapshots of a dump of vLLM's expert load (vllm-project/vllm, pull request 39178): each
 * has {@code window_expert_load}, layers × slots, and the {@code physical_to_logical_map} that it
 * was measured under. The snapshots are the windows.
 */
final class VllmSnapshots {
  static final String KEY = "snapshots";

  private VllmSnapshots() {}

  /** Reads the array that the current token opens, its end included. */
  static NumberArray read(InputSource source, TokenInput input, String pointer) throws IOException {
    SlotWindows windows = new SlotWindows();
    input.requireArray(pointer, "an array of snapshots");
    for (int at = 0; !input.endsArray(); at++) {
      windows.read(
          input, pointer + "/" + at, "a snapshot", "window_expert_load", "physical_to_logical_map");
    }
    if (windows.size() == 0) {
      throw input.fault(pointer, "is an empty array; expected snapshots");
    }
    return windows.byExpert(source);
  }
}
