package io.eplb.server.round;

import io.eplb.server.state.StateFolder;

/** The decided rounds of all groups. */
public final class DecisionStore {
  public DecisionStore(StateFolder folder) {}
}
