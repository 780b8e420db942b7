package io.eplb.cli.reports;

import io.eplb.api.wording.OneLine;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Origin;
import io.eplb.core.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The notes on a valid configuration: what is not read, what vLLM-Ascend would refuse, and what
 * will be created.
 */
public final class ConfigNotes {
  private ConfigNotes() {}

  /** Returns the notes, one line each; none if there is nothing to say. */
  public static List<String> of(EplbConfig config) {
    List<String> notes = new ArrayList<>();
    if (!config.strayKeys().ignored().isEmpty()) {
      notes.add("ignored, as no settings of EPLB: " + listed(config.strayKeys().ignored()));
    }
    if (!config.strayKeys().refused().isEmpty()) {
      notes.add(
          "vLLM-Ascend refuses keys that it does not know in eplb_config; put these beside it: "
              + listed(config.strayKeys().refused()));
    }
    config
        .given(Settings.POLICY)
        .flatMap(name -> config.given(Settings.POLICY_TYPE))
        .ifPresent(
            type ->
                notes.add(
                    "eplb_policy wins over eplb_policy_type %s (%s)"
                        .formatted(type, Settings.policyOfType(type))));
    config
        .given(Settings.EXPERT_MAP_RECORD_PATH)
        .map(Path::of)
        .ifPresent(map -> record(map, notes));
    return notes;
  }

  private static void record(Path map, List<String> notes) {
    Path folder = map.getParent();
    if (folder == null) {
      notes.add(
          "vLLM-Ascend fails at an expert_map_record_path without a folder; write ./%s"
              .formatted(OneLine.of(map.toString())));
    } else if (!Files.isDirectory(folder)) {
      notes.add(
          "expert_map_record_path: the folder %s does not exist; it is created with the first map"
              .formatted(OneLine.of(folder.toString())));
    }
  }

  private static String listed(Map<String, Origin> keys) {
    return keys.entrySet().stream()
        .map(key -> OneLine.of(key.getKey()) + " (" + key.getValue() + ")")
        .collect(Collectors.joining(", "));
  }
}
