package io.eplb.policies.incremental;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Policy {@code incremental} keeps the contract. */
class IncrementalPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new IncrementalPolicy();
  }

  @Override
  protected List<Map<String, Object>> optionVariants() {
    return List.of(Map.of("max-moves-per-rank", 1L), Map.of("dispatch", "lp"));
  }

  /** The option has an effect only when traffic shifts after several windows. */
  @Override
  protected Set<String> optionsWithoutVisibleEffect() {
    return Set.of("max-moves-shifted");
  }
}
