package io.eplb.core.cluster;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The election of a group in one process: who stands first leads. Used by one thread. */
final class InProcessElection {
  /** A candidate, in the eyes of the election. */
  static final class Standing implements Leadership {
    private final String address;
    private final CompletableFuture<Leadership> elected = new CompletableFuture<>();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();

    /** Written before it is elected. */
    private volatile long epoch;

    Standing(String address) {
      this.address = address;
    }

    CompletionStage<Leadership> elected() {
      return elected.minimalCompletionStage();
    }

    void lose(String reason) {
      elected.completeExceptionally(new GroupUnavailableException(reason));
      lost.complete(null);
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public CompletionStage<Void> lost() {
      return lost.minimalCompletionStage();
    }
  }

  private final GroupListeners listeners;

  /** Those who stand, in their order; the first one leads. */
  private final ArrayDeque<Standing> standing = new ArrayDeque<>();

  private long lastEpoch;

  InProcessElection(GroupListeners listeners) {
    this.listeners = listeners;
  }

  Optional<Leader> leader() {
    return Optional.ofNullable(standing.peek())
        .map(first -> new Leader(first.epoch, first.address));
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
      first.epoch = ++lastEpoch;
    }
    Optional<Leader> leader = leader();
    listeners.tellAll(listener -> listener.leader(leader));
    if (first != null) {
      first.elected.complete(first);
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
