package io.eplb.policies.deepseek;

/**
 * The policy {@code default}: DeepSeek's EPLB, hierarchical where whole expert groups fit onto
 * nodes, else global.
 */
public final class DefaultPolicy extends DeepSeekPolicy {
  /** Creates the policy; it has no state. */
  public DefaultPolicy() {
    super("default");
  }
}
