package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.TokenInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the file of {@code expert_load_stats_path} (vllm-project/vllm, pull request 41141): one
 * object per line with {@code expert_load}, layers × slots, and the {@code p2l_map} that it was
 * measured under. The lines are the windows.
 */
final class VllmStatistics {
  private VllmStatistics() {}

  static NumberArray read(InputSource source) {
    SlotWindows windows = new SlotWindows();
    byte[] bytes = source.bytes();
    int number = 0;
    for (int from = 0, end; from < bytes.length; from = end + 1) {
      end = endOfLine(bytes, from);
      number++;
      byte[] line = Arrays.copyOfRange(bytes, from, end);
      if (new String(line, StandardCharsets.UTF_8).isBlank()) {
        continue;
      }
      TokenInput.json(
          InputSource.of(source.name() + ", line " + number, line),
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

  private static int endOfLine(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}
