package io.eplb.core.config;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.Weighting;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The effective configuration: every setting with its value and origin, and the given options of
 * the policy and hints to it. Immutable.
 */
public final class EplbConfig {
  private final Map<String, Sourced> settings;
  private final Map<String, Sourced> policyOptions;
  private final Map<String, Sourced> policyHints;
  private final StrayKeys strayKeys;

  EplbConfig(
      Map<String, Sourced> settings,
      Map<String, Sourced> policyOptions,
      Map<String, Sourced> policyHints,
      StrayKeys strayKeys) {
    this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    this.policyOptions = Collections.unmodifiableMap(new LinkedHashMap<>(policyOptions));
    this.policyHints = Collections.unmodifiableMap(new LinkedHashMap<>(policyHints));
    this.strayKeys = strayKeys;
  }

  /**
   * A value and its origin.
   *
   * @param value of the declared type
   * @param origin default, file and line, or command line
   */
  public record Sourced(Object value, Origin origin) {}

  /** Returns the configuration of the defaults. */
  public static EplbConfig defaults() {
    Map<String, Sourced> settings = new LinkedHashMap<>();
    Stream.of(Settings.TOP, Settings.TOPOLOGY)
        .flatMap(List::stream)
        .forEach(
            option ->
                settings.put(key(option), new Sourced(option.defaultValue(), Origin.DEFAULT)));
    return new EplbConfig(settings, Map.of(), Map.of(), StrayKeys.NONE);
  }

  /**
   * Reads a configuration file, YAML or (ending in {@code .json}) JSON, and checks all of it.
   *
   * @throws InvalidInputException if it cannot be read, or a key is unknown, or a value is of the
   *     wrong type or out of range: the message names file, line, key, value and the values allowed
   */
  public static EplbConfig read(Path file) {
    return read(InputSource.of(file));
  }

  /**
   * Reads a configuration from a stream, such as the standard input, and checks all of it.
   *
   * @param name the name in messages; JSON if it ends in {@code .json}, else YAML
   * @param content the configuration, in UTF-8; left open
   * @throws InvalidInputException as {@link #read(Path)}
   */
  public static EplbConfig read(String name, InputStream content) {
    return read(InputSource.ofStream(name, content));
  }

  private static EplbConfig read(InputSource source) {
    return new ConfigReader(source.name(), ConfigDocument.read(source)).read();
  }

  private static String key(PolicyOption<?> setting) {
    return Settings.TOPOLOGY.contains(setting) ? "topology." + setting.name() : setting.name();
  }

  /**
   * Returns every setting by name (topology keys as {@code topology.ranks}), in the order of
   * declaration.
   */
  public Map<String, Sourced> settings() {
    return settings;
  }

  /** Returns the policy's options that were given, by name. */
  public Map<String, Sourced> policyOptions() {
    return policyOptions;
  }

  /** Returns the hints to the policy that were given, by name; their values are texts. */
  public Map<String, Sourced> policyHints() {
    return policyHints;
  }

  /** Returns the keys of the file that the engine or this program does not take. */
  public StrayKeys strayKeys() {
    return strayKeys;
  }

  /** Returns the hints to the policy, by name, as a policy gets them. */
  public Map<String, String> hints() {
    Map<String, String> hints = new LinkedHashMap<>();
    policyHints.forEach((name, hint) -> hints.put(name, (String) hint.value()));
    return hints;
  }

  /** Returns the value of a setting. */
  public <T> T get(PolicyOption<T> setting) {
    return setting.fromValue(sourced(setting).value());
  }

  /** Returns the value of a setting; empty if it was not set. */
  public <T> Optional<T> given(PolicyOption<T> setting) {
    return sourced(setting).origin().equals(Origin.DEFAULT)
        ? Optional.empty()
        : Optional.of(get(setting));
  }

  /** Returns the origin of a setting's value. */
  public Origin origin(PolicyOption<?> setting) {
    return sourced(setting).origin();
  }

  private Sourced sourced(PolicyOption<?> setting) {
    Sourced sourced = settings.get(key(setting));
    if (sourced == null) {
      throw new InvalidInputException("there is no setting " + setting.name());
    }
    return sourced;
  }

  /**
   * Returns the policy's name: {@code eplb_policy} if set, else the one that {@code
   * eplb_policy_type} numbers if set, else the default.
   */
  public String policyName() {
    return given(Settings.POLICY)
        .or(() -> given(Settings.POLICY_TYPE).map(Settings::policyOfType))
        .orElse(Settings.POLICY.defaultValue());
  }

  /**
   * Returns the settings in force: where one setting stands for another, the value that results,
   * with the origin of the one that was given. The default of {@code eplb_policy_type}, which is
   * that of vLLM-Ascend, selects nothing here.
   *
   * <p>Example: {@code eplb_policy_type: 2} without {@code eplb_policy} gives {@code eplb_policy =
   * swift} from the line of {@code eplb_policy_type}.
   */
  public Map<String, Sourced> settingsInForce() {
    Map<String, Sourced> all = new LinkedHashMap<>(settings);
    replace(all, Settings.POLICY, policyName(), Settings.POLICY_TYPE);
    replace(
        all, Settings.LOAD_COLLECTION_PHASE, loadCollectionPhase(), Settings.HEAT_COLLECTION_STAGE);
    return all;
  }

  private void replace(
      Map<String, Sourced> all, PolicyOption<?> setting, Object value, PolicyOption<?> other) {
    if (given(setting).isEmpty()) {
      all.put(key(setting), new Sourced(value, origin(other)));
    }
  }

  private String loadCollectionPhase() {
    return given(Settings.LOAD_COLLECTION_PHASE)
        .or(() -> given(Settings.HEAT_COLLECTION_STAGE))
        .orElse(Settings.LOAD_COLLECTION_PHASE.defaultValue());
  }

  /** Returns the phase whose steps are counted. */
  public LoadPhase loadPhase() {
    return LoadPhase.valueOf(loadCollectionPhase().toUpperCase(Locale.ROOT));
  }

  /** Returns the way in which the engine divides an expert's tokens among its replicas. */
  public Dispatch dispatch() {
    return Dispatch.of(get(Settings.DISPATCH));
  }

  /**
   * Returns the weight of each window in the estimate of the next one.
   *
   * @throws InvalidInputException if {@code estimator_alpha} is set although {@code estimator}
   *     takes no moving average
   */
  public Weighting weighting() {
    String estimator = get(Settings.ESTIMATOR);
    if (estimator.equals("ema")) {
      return Weighting.exponential(get(Settings.ESTIMATOR_ALPHA));
    }
    if (given(Settings.ESTIMATOR_ALPHA).isPresent()) {
      throw new InvalidInputException(
          "%s: estimator_alpha has no meaning with estimator %s; set estimator to ema, or leave estimator_alpha out"
              .formatted(origin(Settings.ESTIMATOR_ALPHA), estimator));
    }
    return estimator.equals("mean") ? Weighting.mean() : Weighting.last();
  }

  /**
   * Returns this configuration with one setting taken from the command line.
   *
   * @throws InvalidInputException if the value is out of range
   */
  public <T> EplbConfig with(PolicyOption<T> setting, T value) {
    Map<String, Sourced> changed = new LinkedHashMap<>(settings);
    changed.put(key(setting), new Sourced(setting.fromValue(value), Origin.COMMAND_LINE));
    return new EplbConfig(changed, policyOptions, policyHints, strayKeys);
  }

  /**
   * Resolves the policy's options: the command line's texts over the file's values over the
   * defaults.
   *
   * @param declared the policy's declarations
   * @param commandLine texts by name
   * @throws InvalidInputException if an option is not declared, of the wrong type or out of range,
   *     naming file and line if it came from the file
   */
  public PolicyOptions resolveOptions(
      List<PolicyOption<?>> declared, Map<String, String> commandLine) {
    Map<String, Object> given = new LinkedHashMap<>();
    policyOptions.forEach(
        (name, sourced) -> {
          try {
            PolicyOptions.of(declared, Map.of(name, sourced.value()));
          } catch (InvalidInputException wrong) {
            throw new InvalidInputException(
                sourced.origin() + ": " + OneLine.of(String.valueOf(wrong.getMessage())), wrong);
          }
          given.put(name, sourced.value());
        });
    Map<String, Object> parsed = PolicyOptions.parse(declared, commandLine).asMap();
    commandLine
        .keySet()
        .forEach(name -> given.put(name, Optional.ofNullable(parsed.get(name)).orElseThrow()));
    return PolicyOptions.of(declared, given);
  }
}
