package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyOptions;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts that every runtime is built of. Used by one thread.
 *
 * @param <B> the type of the builder
 */
public abstract sealed class RuntimeBuilder<B extends RuntimeBuilder<B>>
    permits EplbRuntime.Builder, ClusterRuntime.Builder {
  private final EplbConfig config;
  private final EpTopology topology;
  private RuntimeSettings settings = RuntimeSettings.defaults();
  private Map<String, String> policyOptions = Map.of();
  private CycleListener listener = report -> {};
  private @Nullable Supplier<? extends EplbPolicy> policy;

  RuntimeBuilder(EplbConfig config, EpTopology topology) {
    this.config = config;
    this.topology = topology;
  }

  /** Returns this. */
  abstract B self();

  /** Sets the settings beside the configuration; {@link RuntimeSettings#defaults} otherwise. */
  public B settings(RuntimeSettings newSettings) {
    settings = newSettings;
    return self();
  }

  /**
   * Sets the source of policies, a new instance for each call; otherwise the policy of the
   * configuration is taken from the class path.
   */
  public B policy(Supplier<? extends EplbPolicy> newInstance) {
    policy = newInstance;
    return self();
  }

  /** Sets texts of policy options by name; they replace those of the configuration. */
  public B policyOptions(Map<String, String> texts) {
    policyOptions = new LinkedHashMap<>(texts);
    return self();
  }

  /** Sets the listener that is told of every cycle. */
  public B listener(CycleListener newListener) {
    listener = newListener;
    return self();
  }

  EplbConfig config() {
    return config;
  }

  EpTopology topology() {
    return topology;
  }

  RuntimeSettings settings() {
    return settings;
  }

  CycleListener listener() {
    return listener;
  }

  /** Makes the policy; its user closes it. */
  GuardedPolicy guardedPolicy() {
    Supplier<? extends EplbPolicy> newInstance =
        policy == null
            ? PolicyRegistry.onClassPath().find(config.policyName())::newInstance
            : policy;
    return new GuardedPolicy(newInstance, settings.contract());
  }

  /** Returns the options of a policy. */
  PolicyOptions options(GuardedPolicy guarded) {
    return config.resolveOptions(guarded.options(), policyOptions);
  }
}
