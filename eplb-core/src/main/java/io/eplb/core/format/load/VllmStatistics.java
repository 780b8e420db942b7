package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the file of {@code expert_load_stats_path} (vllm-project/vllm, pull request 41141): one
 * record per line. The records of type {@code eplb_load_stats} are the windows: {@code
 * expert_load}, layers × slots, and the {@code p2l_map} that it was measured under. Records of
 * other types are skipped; a later revision writes one with metadata first.
 */
final class VllmStatistics {
  private static final String TYPE = "record_type";
  private static final String STATISTICS = "eplb_load_stats";

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
      InputSource record = InputSource.of(source.name() + ", line " + number, line);
      if (STATISTICS.equals(TokenInput.json(record, VllmStatistics::type))) {
        TokenInput.json(
            record,
            input -> {
              windows.read(input, "", "an object of statistics", "expert_load", "p2l_map");
              return windows;
            });
      }
    }
    if (windows.size() == 0) {
      throw source.fault(
          "holds no statistics; expected a line with expert_load and p2l_map per window");
    }
    return windows.byExpert(source);
  }

  /** Returns the type of a record; one that does not say its type is taken for statistics. */
  private static String type(TokenInput input) throws IOException {
    String[] type = {STATISTICS};
    input.object(
        "",
        "an object of statistics",
        List.of(),
        List.of(TYPE),
        key -> {
          if (key.equals(TYPE)) {
            type[0] = input.text("/" + TYPE, "the type of a record");
          } else {
            input.skip();
          }
        });
    return type[0];
  }

  private static int endOfLine(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}
