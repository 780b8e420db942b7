package io.eplb.server.planning;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.registry.PolicyFolder;
import java.util.List;
import java.util.Map;

/**
 * The settings by which the service plans: the configuration, the folders of policies, the options
 * of the command line for the configured policy, the guard around policies. Immutable.
 */
public final class PlanSettings {
  private final EplbConfig config;
  private final List<PolicyFolder> policyFolders;
  private final Map<String, String> policyOptions;
  private final ContractSettings contract;
  private final long seed;

  private PlanSettings(Builder builder) {
    this.config = builder.config;
    this.policyFolders = builder.policyFolders;
    this.policyOptions = builder.policyOptions;
    this.contract = builder.contract;
    this.seed = builder.seed;
  }

  /**
   * Starts settings with a configuration, no folder, no options, the contract's defaults and seed
   * 0.
   */
  public static Builder builder(EplbConfig config) {
    return new Builder(config);
  }

  /** Returns the configuration: what questions leave out, the estimator, where policies run. */
  public EplbConfig config() {
    return config;
  }

  /** Returns the folders of policy jars. */
  public List<PolicyFolder> policyFolders() {
    return policyFolders;
  }

  /** Returns options of the configured policy; they win over the configuration. */
  public Map<String, String> policyOptions() {
    return policyOptions;
  }

  /** Returns the guard around policies; slots are aligned if a question has a table. */
  public ContractSettings contract() {
    return contract;
  }

  /** Returns the seed of policies that draw at random. */
  public long seed() {
    return seed;
  }

  /** Collects settings. Used by one thread. */
  public static final class Builder {
    private final EplbConfig config;
    private List<PolicyFolder> policyFolders = List.of();
    private Map<String, String> policyOptions = Map.of();
    private ContractSettings contract = ContractSettings.defaults();
    private long seed;

    private Builder(EplbConfig config) {
      this.config = config;
    }

    /** Sets the folders of policy jars. */
    public Builder policyFolders(List<PolicyFolder> folders) {
      this.policyFolders = List.copyOf(folders);
      return this;
    }

    /** Sets options of the configured policy by name. */
    public Builder policyOptions(Map<String, String> options) {
      this.policyOptions = Map.copyOf(options);
      return this;
    }

    /** Sets the guard around policies. */
    public Builder contract(ContractSettings settings) {
      this.contract = settings;
      return this;
    }

    /** Sets the seed of policies that draw at random. */
    public Builder seed(long number) {
      this.seed = number;
      return this;
    }

    /** Returns the settings. */
    public PlanSettings build() {
      return new PlanSettings(this);
    }
  }
}
