package io.eplb.cli.reports;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.EplbConfig.Sourced;
import io.eplb.core.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of {@code eplb config show}.
 *
 * @param settings the settings in force by name; the options of the policy and the hints to it come
 *     last
 * @param notes what a reader of the settings should know
 */
public record ConfigReport(Map<String, Sourced> settings, List<String> notes) implements Report {
  /** Creates the report of a configuration. */
  public static ConfigReport of(EplbConfig config) {
    Map<String, Sourced> all = new LinkedHashMap<>(config.settingsInForce());
    config.policyOptions().forEach((name, value) -> all.put("policy_options." + name, value));
    config.policyHints().forEach((name, value) -> all.put("policy_hints." + name, value));
    List<String> notes = new ArrayList<>(ConfigNotes.of(config));
    if (config.given(Settings.POLICY_TYPE).isEmpty()) {
      long type = config.get(Settings.POLICY_TYPE);
      notes.add(
          "eplb_policy_type %s (%s) is vLLM-Ascend's default; here it counts only if it is given"
              .formatted(type, Settings.policyOfType(type)));
    }
    return new ConfigReport(all, notes);
  }

  @Override
  public void print(TextReport text) {
    settings.forEach(
        (name, setting) ->
            text.line(
                "%-34s %-16s %s",
                name, value(setting).map(String::valueOf).orElse("null"), setting.origin()));
    notes.forEach(note -> text.wrapped(2, "note: " + note));
  }

  @Override
  public JsonObject json() {
    JsonObject json = new JsonObject();
    settings.forEach(
        (name, setting) ->
            json.with(
                name,
                new JsonObject()
                    .with("value", value(setting))
                    .with("origin", setting.origin().toString())));
    return json.with("notes", notes);
  }

  /** Returns the value of a setting; empty for an empty text, which means that none is set. */
  private static Optional<Object> value(Sourced setting) {
    return Optional.of(setting.value()).filter(value -> !value.equals(""));
  }
}
