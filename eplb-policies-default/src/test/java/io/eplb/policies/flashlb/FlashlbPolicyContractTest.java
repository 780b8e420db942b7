package io.eplb.policies.flashlb;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;
import java.util.List;
import java.util.Map;
import java.util.Set;

class FlashlbPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new FlashlbPolicy();
  }

  @Override
  protected List<Map<String, Object>> optionVariants() {
    return List.of(
        Map.of("window-size", 2L, "update-balancedness", 1.0, "update-balancedness-few-ranks", 1.0),
        Map.of("search-depth", 16L, "search-width", 64L, "keep-bonus", 0.0, "least-gain", 0.0));
  }

  /** The options have an effect only when a layer has become worse since its last plan. */
  @Override
  protected Set<String> optionsWithoutVisibleEffect() {
    return Set.of("update-ratio", "update-ratio-few-ranks");
  }
}
