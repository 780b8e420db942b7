package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.wording.OneLine;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.DoubtfulNumber;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.ConfigValue.Sequence;
import io.eplb.core.config.EplbConfig.Sourced;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks a configuration document against the declared settings. */
final class ConfigReader {
  private static final String NESTED = "eplb_config";
  private static final String OPTIONS = "policy_options";
  private static final String TOPOLOGY = "topology";
  private static final String HINTS = "policy_hints";

  static final List<String> BLOCKS = List.of(OPTIONS, TOPOLOGY, HINTS);
  private static final Set<String> ENGINE = names(Settings.ENGINE.stream(), List.of());
  private static final Set<String> OWN =
      names(Settings.TOP.stream().filter(setting -> !Settings.ENGINE.contains(setting)), BLOCKS);
  private static final Set<String> KNOWN = names(Settings.TOP.stream(), BLOCKS);

  private final String name;
  private final Block root;
  private final Map<String, Sourced> settings =
      new LinkedHashMap<>(EplbConfig.defaults().settings());
  private final Map<String, Sourced> policyOptions = new LinkedHashMap<>();
  private final Map<String, Sourced> policyHints = new LinkedHashMap<>();
  private final Map<String, Origin> ignored = new LinkedHashMap<>();
  private final Map<String, Origin> refused = new LinkedHashMap<>();

  /**
   * Takes a document.
   *
   * @param name its origin, for messages
   */
  ConfigReader(String name, Block root) {
    this.name = name;
    this.root = root;
  }

  EplbConfig read() {
    Block settingsBlock = root;
    ConfigValue nested = root.values().get(NESTED);
    if (nested == null) {
      root.values().forEach(this::readKey);
    } else {
      settingsBlock = block(NESTED, nested);
      root.values().forEach(this::readBeside);
      settingsBlock.values().forEach(this::readInside);
    }
    requireOnePhase(settingsBlock);
    requireNodesDivideRanks();
    EplbConfig config = config();
    requireRanks(config);
    config.weighting();
    return config;
  }

  private EplbConfig config() {
    return new EplbConfig(settings, policyOptions, policyHints, new StrayKeys(ignored, refused));
  }

  /** Reads a key beside the engine's block: ours, or the engine's own matter. */
  private void readBeside(String key, ConfigValue value) {
    if (OWN.contains(key)) {
      readKey(key, value);
    } else if (ENGINE.contains(key)) {
      throw error(
          value.line(),
          "%s stands beside %s, where vLLM-Ascend does not read it; put it inside"
              .formatted(key, NESTED));
    } else if (!key.equals(NESTED)) {
      NearestName.of(key, KNOWN)
          .ifPresent(
              nearest -> {
                throw error(
                    value.line(),
                    "there is no setting '%s'; did you mean %s?".formatted(key, nearest));
              });
      ignored.put(key, origin(value.line()));
    }
  }

  /** Reads a key in the engine's block: the engine's, or one of ours, which it refuses. */
  private void readInside(String key, ConfigValue value) {
    if (OWN.contains(key)) {
      if (root.values().containsKey(key)) {
        throw error(
            value.line(),
            "%s stands in %s and beside it; put it beside that block alone".formatted(key, NESTED));
      }
      if (key.equals(HINTS)) {
        throw error(value.line(), HINTS + " stands in " + NESTED + "; put it beside that block");
      }
      refused.put(key, origin(value.line()));
    }
    readKey(key, value);
  }

  private void readKey(String key, ConfigValue value) {
    switch (key) {
      case OPTIONS -> block(OPTIONS, value).values().forEach(this::readPolicyOption);
      case TOPOLOGY -> readTopology(value);
      case HINTS -> readHints(value);
      default -> readSetting("", Settings.TOP, key, value);
    }
  }

  private void readTopology(ConfigValue value) {
    block(TOPOLOGY, value)
        .values()
        .forEach((key, setting) -> readSetting(TOPOLOGY + ".", Settings.TOPOLOGY, key, setting));
  }

  private void readHints(ConfigValue value) {
    Map<String, ConfigValue> hints = block(HINTS, value).values();
    if (hints.size() > PolicyContext.MAX_HINTS) {
      throw error(
          value.line(),
          "%s has %s hints; at most %s are allowed"
              .formatted(HINTS, hints.size(), PolicyContext.MAX_HINTS));
    }
    hints.forEach(this::readHint);
  }

  private void readHint(String hint, ConfigValue value) {
    if (hint.isEmpty() || hint.length() > PolicyContext.MAX_HINT_LENGTH) {
      throw error(
          value.line(),
          "%s has a hint whose name is %s; names have 1 to %s characters"
              .formatted(
                  HINTS,
                  hint.isEmpty() ? "empty" : hint.length() + " characters long",
                  PolicyContext.MAX_HINT_LENGTH));
    }
    if (!(value instanceof Scalar scalar && scalar.value() instanceof String text)) {
      throw error(
          value.line(),
          "%s.%s is %s; it must be a text, in quotes".formatted(HINTS, hint, value.kind()));
    }
    if (text.length() > PolicyContext.MAX_HINT_LENGTH) {
      throw error(
          value.line(),
          "%s.%s has %s characters; at most %s are allowed"
              .formatted(HINTS, hint, text.length(), PolicyContext.MAX_HINT_LENGTH));
    }
    policyHints.put(hint, new Sourced(text, origin(value.line())));
  }

  private void readPolicyOption(String option, ConfigValue value) {
    if (value instanceof DoubtfulNumber number) {
      throw error(
          value.line(),
          "%s.%s is %s, %s; write a number in plain decimal digits, a text in quotes"
              .formatted(OPTIONS, option, number.kind(), number.why()));
    }
    if (!(value instanceof Scalar scalar) || scalar.value() == null) {
      throw error(
          value.line(),
          "%s.%s is %s; it must be a single value".formatted(OPTIONS, option, value.kind()));
    }
    policyOptions.put(option, new Sourced(scalar.value(), origin(value.line())));
  }

  private void readSetting(
      String prefix, List<PolicyOption<?>> declared, String key, ConfigValue value) {
    PolicyOption<?> option =
        declared.stream()
            .filter(setting -> setting.name().equals(key))
            .findFirst()
            .orElseThrow(() -> unknown(prefix, declared, key, value.line()));
    String setting = prefix + key;
    boolean path = option == Settings.EXPERT_MAP_PATH || option == Settings.EXPERT_MAP_RECORD_PATH;
    if (path && value instanceof Scalar scalar && scalar.value() == null) {
      return; // null says that there is none, which is the default
    }
    boolean list = option == Settings.FAILED_RANKS || option == Settings.RANK_SPEED;
    Object typed = typed(setting, option, list ? listed(setting, value) : value);
    if (option == Settings.EXPERT_MAP_PATH) {
      checkPath(setting, (String) typed, value.line(), MapPath::requireReadable);
    } else if (option == Settings.EXPERT_MAP_RECORD_PATH) {
      checkPath(setting, (String) typed, value.line(), MapPath::requireRecordable);
    } else if (option == Settings.POLICY && ((String) typed).isBlank()) {
      throw error(value.line(), setting + " is blank; name a policy");
    }
    settings.put(setting, new Sourced(typed, origin(value.line())));
  }

  /** Returns a list of numbers, or a single one, as the text that stands for it. */
  private ConfigValue listed(String setting, ConfigValue value) {
    if (value instanceof Scalar scalar && scalar.value() instanceof Number) {
      return new Scalar(scalar.kind(), scalar.kind(), scalar.line());
    }
    if (!(value instanceof Sequence sequence)) {
      return value;
    }
    for (int at = 0; at < sequence.values().size(); at++) {
      ConfigValue element = sequence.values().get(at);
      if (!(element instanceof Scalar scalar && scalar.value() instanceof Number)) {
        throw error(
            element.line(),
            "%s[%s] is %s%s; it must be a number"
                .formatted(
                    setting,
                    at,
                    element.kind(),
                    element instanceof DoubtfulNumber number ? ", " + number.why() : ""));
      }
    }
    String text =
        sequence.values().isEmpty()
            ? RankSettings.NONE
            : sequence.values().stream().map(ConfigValue::kind).collect(Collectors.joining(","));
    return new Scalar(text, "a list", sequence.line());
  }

  private Object typed(String setting, PolicyOption<?> option, ConfigValue value) {
    String why = value instanceof DoubtfulNumber number ? ", " + number.why() : "";
    if (value instanceof Scalar scalar && scalar.value() != null) {
      try {
        return option.fromValue(scalar.value());
      } catch (InvalidInputException wrong) {
        // Said below, in the words of the document.
      }
    }
    throw error(
        value.line(),
        "%s is %s%s; it must be %s%s"
            .formatted(
                setting,
                value.kind(),
                why,
                option.allowed(),
                option.type() == PolicyOption.Type.INTEGER && isNumber(value)
                    ? ", written in decimal digits alone"
                    : ""));
  }

  /** Returns whether some reader takes this for a number; a setting may still refuse it. */
  private static boolean isNumber(ConfigValue value) {
    return value instanceof DoubtfulNumber
        || (value instanceof Scalar scalar && scalar.value() instanceof BigDecimal);
  }

  private void checkPath(String setting, String path, int line, Consumer<String> check) {
    try {
      check.accept(path);
    } catch (InvalidInputException wrong) {
      throw error(line, setting + ": " + wrong.getMessage());
    }
  }

  /** Checks the two names of one setting: both may be given if they agree. */
  private void requireOnePhase(Block block) {
    ConfigValue older = block.values().get(Settings.HEAT_COLLECTION_STAGE.name());
    ConfigValue newer = block.values().get(Settings.LOAD_COLLECTION_PHASE.name());
    if (older instanceof Scalar first
        && newer instanceof Scalar second
        && !String.valueOf(first.value()).equals(String.valueOf(second.value()))) {
      throw error(
          second.line(),
          "%s is %s, but %s is %s; they are two names for one setting"
              .formatted(
                  Settings.LOAD_COLLECTION_PHASE.name(),
                  second.kind(),
                  Settings.HEAT_COLLECTION_STAGE.name(),
                  first.kind()));
    }
  }

  private void requireNodesDivideRanks() {
    EplbConfig read = config();
    if (read.given(Settings.RANKS).isPresent()
        && read.get(Settings.RANKS) % read.get(Settings.NODES) != 0) {
      throw new InvalidInputException(
          "%s: topology.nodes is %s; it must divide topology.ranks, %s"
              .formatted(
                  read.origin(Settings.NODES), read.get(Settings.NODES), read.get(Settings.RANKS)));
    }
  }

  private void requireRanks(EplbConfig config) {
    if (RankSettings.speedFile(config).filter("-"::equals).isPresent()) {
      throw new InvalidInputException(
          config.origin(Settings.RANK_SPEED)
              + ": topology.rank_speed is the standard input; name a file, or list the speeds");
    }
    RankSettings ranks = RankSettings.of(config, InputStream.nullInputStream());
    config.given(Settings.RANKS).ifPresent(given -> ranks.requireWithin(Math.toIntExact(given)));
  }

  private Block block(String key, ConfigValue value) {
    if (value instanceof Block block) {
      return block;
    }
    throw error(value.line(), key + " is " + value.kind() + "; it must be a block of keys");
  }

  private InvalidInputException unknown(
      String prefix, List<PolicyOption<?>> declared, String key, int line) {
    Set<String> known =
        prefix.isEmpty() ? names(declared.stream(), BLOCKS) : names(declared.stream(), List.of());
    return error(
        line,
        "there is no setting '%s%s'%s; known settings: %s"
            .formatted(
                prefix,
                OneLine.brief(key),
                NearestName.of(key, known)
                    .map(nearest -> "; did you mean " + prefix + nearest + "?")
                    .orElse(""),
                String.join(", ", known)));
  }

  private static Set<String> names(Stream<PolicyOption<?>> settings, List<String> more) {
    Set<String> names = new LinkedHashSet<>();
    settings.forEach(setting -> names.add(setting.name()));
    names.addAll(more);
    return names;
  }

  private Origin origin(int line) {
    return new Origin(name + ":" + line);
  }

  private InvalidInputException error(int line, String message) {
    return ConfigDocument.error(name, line, message);
  }
}
