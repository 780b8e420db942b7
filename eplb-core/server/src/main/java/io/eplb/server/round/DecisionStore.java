package io.eplb.server.round;

import io.eplb.server.state.StateFolder;
import java.io.IOException;

/** The decided rounds of all groups, in a state folder: one journal for each group. */
public final class DecisionStore {
  private static final String JOURNAL = "rounds.journal";

  private final StateFolder folder;

  /** Creates a store in a folder. */
  public DecisionStore(StateFolder folder) {
    this.folder = folder;
  }

  /** Returns whether decisions survive the end of the service. */
  boolean durable() {
    return folder.durable();
  }

  /**
   * Reads the decisions of a group. There must be one object for a group.
   *
   * @throws IOException if the disk failed
   */
  Decisions open(String group) throws IOException {
    try {
      return Decisions.restore(group, folder.journal(group, JOURNAL));
    } catch (Decisions.UnknownRecordException foreign) {
      folder.setAside(group, JOURNAL, "it has " + foreign.getMessage());
      return Decisions.restore(group, folder.journal(group, JOURNAL));
    }
  }
}
