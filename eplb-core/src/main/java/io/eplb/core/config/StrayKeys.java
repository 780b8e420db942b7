package io.eplb.core.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys of a document that one of its two readers does not take, the engine or this program, in
 * the document's order.
 *
 * <p>Example: {@code {"eplb_config": {"eplb_policy": "mine"}, "refresh": true}} ignores {@code
 * refresh}, and vLLM-Ascend refuses {@code eplb_policy}, which belongs beside the block.
 *
 * @param ignored keys beside the engine's block that are the engine's own matter
 * @param refused our keys in the engine's block, which take effect here
 */
public record StrayKeys(Map<String, Origin> ignored, Map<String, Origin> refused) {
  /** No such keys. */
  static final StrayKeys NONE = new StrayKeys(Map.of(), Map.of());

  /** Copies the keys. */
  public StrayKeys {
    ignored = Collections.unmodifiableMap(new LinkedHashMap<>(ignored));
    refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
  }
}
