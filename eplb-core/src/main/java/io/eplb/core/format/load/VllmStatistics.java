package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.TokenInput;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the file of {@code expert_load_stats_path} (vllm-project/vllm, pull request 41141): one
 * object per line with {@code expert_load}, layers × slots, and the {@code p2l_map} that it was
 * measured under. The lines are the windows.
 */
final class VllmStatistics {
  private VllmStatistics() {}

  static NumberArray read(InputSource source) {
    SlotWindows windows = new SlotWindows();
    List<String> lines = new String(source.bytes(), StandardCharsets.UTF_8).lines().toList();
    for (int at = 0; at < lines.size(); at++) {
      if (lines.get(at).isBlank()) {
        continue;
      }
      InputSource line =
          InputSource.of(
              source.name() + ", line " + (at + 1), lines.get(at).getBytes(StandardCharsets.UTF_8));
      TokenInput.json(
          line,
          input -> {
            windows.read(input, "", "an object of statistics", "expert_load", "p2l_map");
            return windows;
          });
    }
    if (windows.size() == 0) {
      throw source.fault("holds no line; expected an object of statistics per line");
    }
    return windows.byExpert();
  }
}
