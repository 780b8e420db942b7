package io.eplb.core.cluster;

import java.util.ArrayDeque;
import java.util.Optional;

/** The election of a group in one process: who stands first leads. Used by one thread. */
final class InProcessElection {
  private final GroupListeners listeners;

  /** Those who stand, in their order; the first one leads. */
  private final ArrayDeque<Standing> standing = new ArrayDeque<>();

  /** The epoch of the first one. */
  private long lastEpoch;

  InProcessElection(GroupListeners listeners) {
    this.listeners = listeners;
  }

  Optional<Leader> leader() {
    return Optional.ofNullable(standing.peek())
        .map(first -> new Leader(lastEpoch, first.address()));
  }

  void add(Standing candidate) {
    standing.add(candidate);
    if (standing.size() == 1) {
      electFirst();
    }
  }

  void remove(Standing candidate) {
    boolean led = candidate.equals(standing.peek());
    standing.remove(candidate);
    candidate.lose("the candidate has resigned; stand anew");
    if (led) {
      electFirst();
    }
  }

  private void electFirst() {
    Standing first = standing.peek();
    if (first != null) {
      lastEpoch++;
    }
    Optional<Leader> leader = leader();
    listeners.tellAll(listener -> listener.leader(leader));
    if (first != null) {
      first.elect(lastEpoch);
    }
  }

  void removeAll() {
    boolean led = !standing.isEmpty();
    while (!standing.isEmpty()) {
      standing.removeLast().lose("the group is closed");
    }
    if (led) {
      listeners.tellAll(listener -> listener.leader(Optional.empty()));
    }
  }
}
