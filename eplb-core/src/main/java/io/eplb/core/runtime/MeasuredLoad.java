package io.eplb.core.runtime;

import io.eplb.api.LoadPhase;
import io.eplb.core.load.LoadRecording;

/**
 * Tokens that were served in steps of one phase.
 *
 * @param phase the phase of the steps; {@link LoadPhase#ALL} if they are mixed
 * @param tokens the tokens per layer and expert; several windows are added up
 */
public record MeasuredLoad(LoadPhase phase, LoadRecording tokens) {
  /** Creates an entry. */
  public MeasuredLoad {}
}
