package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the policy of a plan, its own options and its rules. */
public final class PolicyArguments {
  @Option(
      names = "--policy",
      paramLabel = "NAME",
      completionCandidates = PolicyNames.class,
      description =
          "The policy that plans; eplb policies lists them (default: "
              + Settings.DEFAULT_POLICY_NAME
              + ").")
  private @Nullable String policy;

  @Mixin private PolicyPathArguments policyPath;

  @Option(
      names = "--option",
      paramLabel = "key=value",
      description = "An option of the policy; may be given several times.")
  private List<String> options = List.of();

  @Mixin private ContractArguments contract;

  /** Returns the configuration with the policy and its place of the command line over it. */
  public EplbConfig over(EplbConfig config) {
    return policyPath.over(policy == null ? config : config.with(Settings.POLICY, policy));
  }

  /** Returns the folders of policy jars. */
  public List<PolicyFolder> folders() {
    return policyPath.folders();
  }

  /** Finds the policies; close the registry after the last use of a policy. */
  public PolicyRegistry policies(EplbConfig config) {
    return policyPath.open(config);
  }

  public ContractArguments contract() {
    return contract;
  }

  /**
   * Returns the policy's options by name.
   *
   * @throws InvalidInputException if a text is not {@code key=value}, or a key is given twice
   */
  public Map<String, String> options() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : options) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException("--option '" + text + "' is no option; expected key=value");
      }
      String key = text.substring(0, equals);
      String value = text.substring(equals + 1);
      String before = values.putIfAbsent(key, value);
      if (before != null) {
        throw new InvalidInputException(
            "--option %s is given twice, as %s=%s and as %s=%s; give it once"
                .formatted(key, key, before, key, value));
      }
    }
    return values;
  }
}
