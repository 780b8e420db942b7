package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;

/**
 * The place in which discovered policies run, if it is not this process. An embedding program hands
 * one to {@link PolicyRegistry#open(java.util.List, PolicyHome)}.
 */
@FunctionalInterface
public interface PolicyHome {
  /**
   * Makes a new instance of a policy.
   *
   * @return an instance that answers for the one made elsewhere
   * @throws io.eplb.api.PolicyException if none can be made; the message is the reason in a clause
   */
  EplbPolicy newInstance(PolicyClass policy);
}
