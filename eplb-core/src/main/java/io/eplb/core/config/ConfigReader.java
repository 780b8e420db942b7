package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.api.PolicyOption;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.EplbConfig.Sourced;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks a configuration document against the declared settings. */
final class ConfigReader {
  private static final String NESTED = "eplb_config";
  private static final String OPTIONS = "policy_options";
  private static final String TOPOLOGY = "topology";

  private final Path file;
  private final Map<String, Sourced> settings =
      new LinkedHashMap<>(EplbConfig.defaults().settings());
  private final Map<String, Sourced> policyOptions = new LinkedHashMap<>();

  ConfigReader(Path file) {
    this.file = file;
  }

  EplbConfig read() {
    Block root = ConfigDocument.read(file);
    ConfigValue nested = root.values().get(NESTED);
    if (nested != null) {
      for (Map.Entry<String, ConfigValue> entry : root.values().entrySet()) {
        if (!entry.getKey().equals(NESTED)) {
          throw error(
              entry.getValue().line(),
              "'"
                  + entry.getKey()
                  + "' stands beside "
                  + NESTED
                  + "; put it inside, or remove it if it is not EPLB's");
        }
      }
      root = block(NESTED, nested);
    }
    root.values().forEach(this::readTop);
    requireOnePhase(root);
    requireNodesDivideRanks();
    return new EplbConfig(settings, policyOptions);
  }

  private void readTop(String key, ConfigValue value) {
    switch (key) {
      case OPTIONS -> block(OPTIONS, value).values().forEach(this::readPolicyOption);
      case TOPOLOGY ->
          block(TOPOLOGY, value)
              .values()
              .forEach(
                  (name, number) -> readSetting(TOPOLOGY + ".", Settings.TOPOLOGY, name, number));
      default -> readSetting("", Settings.TOP, key, value);
    }
  }

  private void readPolicyOption(String name, ConfigValue value) {
    if (!(value instanceof Scalar scalar) || scalar.value() == null) {
      throw error(
          value.line(),
          OPTIONS + "." + name + " is " + value.kind() + "; it must be a single value");
    }
    policyOptions.put(name, new Sourced(scalar.value(), origin(value.line())));
  }

  private void readSetting(
      String prefix, List<PolicyOption<?>> declared, String key, ConfigValue value) {
    PolicyOption<?> setting =
        declared.stream()
            .filter(option -> option.name().equals(key))
            .findFirst()
            .orElseThrow(() -> unknown(prefix, declared, key, value.line()));
    String name = prefix + key;
    boolean path =
        setting == Settings.EXPERT_MAP_PATH || setting == Settings.EXPERT_MAP_RECORD_PATH;
    if (path && value instanceof Scalar scalar && scalar.value() == null) {
      return; // null says that there is none, which is the default
    }
    if (!(value instanceof Scalar scalar) || scalar.value() == null) {
      throw error(value.line(), name + " is " + value.kind() + "; it must be " + setting.allowed());
    }
    Object typed;
    try {
      typed = setting.fromValue(scalar.value());
    } catch (InvalidInputException wrong) {
      throw error(value.line(), name + " is " + value.kind() + "; it must be " + setting.allowed());
    }
    if (setting == Settings.EXPERT_MAP_PATH) {
      checkPath(name, (String) typed, value.line(), MapPath::requireReadable);
    } else if (setting == Settings.EXPERT_MAP_RECORD_PATH) {
      checkPath(name, (String) typed, value.line(), MapPath::requireRecordable);
    } else if (setting == Settings.POLICY && ((String) typed).isBlank()) {
      throw error(value.line(), name + " is blank; name a policy");
    }
    settings.put(name, new Sourced(typed, origin(value.line())));
  }

  private void checkPath(String name, String path, int line, Consumer<String> check) {
    try {
      check.accept(path);
    } catch (InvalidInputException wrong) {
      throw error(line, name + ": " + wrong.getMessage());
    }
  }

  /** Two names for one thing may both be given, as long as they agree. */
  private void requireOnePhase(Block root) {
    ConfigValue older = root.values().get(Settings.HEAT_COLLECTION_STAGE.name());
    ConfigValue newer = root.values().get(Settings.LOAD_COLLECTION_PHASE.name());
    if (older instanceof Scalar first
        && newer instanceof Scalar second
        && !String.valueOf(first.value()).equals(String.valueOf(second.value()))) {
      throw error(
          second.line(),
          Settings.LOAD_COLLECTION_PHASE.name()
              + " is "
              + second.kind()
              + ", but "
              + Settings.HEAT_COLLECTION_STAGE.name()
              + " is "
              + first.kind()
              + "; they are two names for one setting");
    }
  }

  private void requireNodesDivideRanks() {
    EplbConfig read = new EplbConfig(settings, policyOptions);
    if (read.given(Settings.RANKS).isPresent()
        && read.get(Settings.RANKS) % read.get(Settings.NODES) != 0) {
      throw new InvalidInputException(
          read.origin(Settings.NODES)
              + ": topology.nodes is "
              + read.get(Settings.NODES)
              + "; it must divide topology.ranks, "
              + read.get(Settings.RANKS));
    }
  }

  private Block block(String name, ConfigValue value) {
    if (value instanceof Block block) {
      return block;
    }
    throw error(value.line(), name + " is " + value.kind() + "; it must be a block of keys");
  }

  private InvalidInputException unknown(
      String prefix, List<PolicyOption<?>> declared, String key, int line) {
    Set<String> known = new LinkedHashSet<>();
    declared.forEach(option -> known.add(option.name()));
    if (prefix.isEmpty()) {
      known.addAll(List.of(OPTIONS, TOPOLOGY));
    }
    return error(
        line,
        "there is no setting '"
            + prefix
            + key
            + "'"
            + NearestName.of(key, known)
                .map(name -> "; did you mean " + prefix + name + "?")
                .orElse("")
            + "; known settings: "
            + String.join(", ", known));
  }

  private Origin origin(int line) {
    return new Origin(file + ":" + line);
  }

  private InvalidInputException error(int line, @Nullable String message) {
    return new InvalidInputException(ConfigDocument.at(file, line) + " " + message);
  }
}
