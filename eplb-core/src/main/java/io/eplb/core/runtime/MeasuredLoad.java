package io.eplb.core.runtime;

import io.eplb.api.ExpertWorkload;
import io.eplb.core.load.LoadPhase;

/**
 * Tokens that were served in steps of one phase under one table.
 *
 * @param phase the phase of the steps; {@link LoadPhase#ALL} if they are mixed
 * @param workload the tokens per slot, with the version of the table under which they were counted
 */
public record MeasuredLoad(LoadPhase phase, ExpertWorkload workload) {
  /** Creates an entry. */
  public MeasuredLoad {}
}
