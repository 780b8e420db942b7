package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.timeline.Timeline.Scheduled;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The gatherings of a group in one process, open and decided. Used by one thread.
 *
 * <p>Outcomes are remembered for late members: the latest {@value #REMEMBERED}, until all members
 * have left.
 */
final class Gatherings {
  /** The most outcomes that are remembered, and the most gatherings that are open. */
  static final int REMEMBERED = 1_024;

  private final Timeline timeline;
  private final Map<String, Gathering> open = new LinkedHashMap<>();
  private final Map<String, Gathered> decided = new LinkedHashMap<>();

  /** The contributions to the gatherings that are open or remembered, by name. */
  private final Map<String, Set<Member>> contributors = new LinkedHashMap<>();

  Gatherings(Timeline timeline) {
    this.timeline = timeline;
  }

  /** Adds a contribution; the answer is the outcome. */
  void add(
      String name,
      Contribution said,
      Duration timeout,
      Collection<Member> members,
      CompletableFuture<Gathered> answer) {
    Gathered known = decided.get(name);
    if (known == null && !open.containsKey(name) && open.size() >= REMEMBERED) {
      answer.completeExceptionally(
          new InvalidInputException(
              "%d gatherings are open; wait for them before opening %s"
                  .formatted(open.size(), name)));
      return;
    }
    if (!contributors.computeIfAbsent(name, unused -> new HashSet<>()).add(said.member())) {
      answer.completeExceptionally(
          new InvalidInputException(
              "rank %d has contributed to %s before; give it a new name"
                  .formatted(said.member().rank(), name)));
      return;
    }
    if (known != null) {
      answer.complete(known);
      return;
    }
    Gathering gathering = open.computeIfAbsent(name, Gathering::new);
    gathering.add(said, timeout, answer);
    gathering.decideIfComplete(members);
  }

  /** Takes back a member's contributions to open gatherings; the others may now be complete. */
  void remove(Member left, Collection<Member> members) {
    for (Gathering gathering : List.copyOf(open.values())) {
      gathering.remove(left, members);
    }
    if (members.isEmpty()) {
      decided.keySet().forEach(contributors::remove);
      decided.clear();
    }
  }

  /** A gathering whose outcome is still open. */
  private final class Gathering {
    private record Waiting(
        Contribution said, CompletableFuture<Gathered> answer, Scheduled deadline) {}

    private final String name;
    private final Map<Member, Waiting> waiting = new LinkedHashMap<>();

    Gathering(String name) {
      this.name = name;
    }

    void add(Contribution said, Duration timeout, CompletableFuture<Gathered> answer) {
      Scheduled deadline = timeline.schedule(this::decide, timeout);
      waiting.put(said.member(), new Waiting(said, answer, deadline));
    }

    void remove(Member left, Collection<Member> members) {
      Waiting removed = waiting.remove(left);
      if (removed != null) {
        removed.deadline().cancel();
        removed.answer().completeExceptionally(InProcessRankGroup.hasLeft(left));
      }
      if (waiting.isEmpty()) {
        open.remove(name);
        contributors.remove(name);
      } else {
        decideIfComplete(members);
      }
    }

    void decideIfComplete(Collection<Member> members) {
      if (waiting.keySet().containsAll(members) && gathered().missingRanks().isEmpty()) {
        decide();
      }
    }

    private Gathered gathered() {
      return new Gathered(waiting.values().stream().map(Waiting::said).toList());
    }

    private void decide() {
      Gathered outcome = gathered();
      open.remove(name);
      if (decided.size() == REMEMBERED) {
        String oldest = decided.keySet().iterator().next();
        decided.remove(oldest);
        contributors.remove(oldest);
      }
      decided.put(name, outcome);
      for (Waiting member : waiting.values()) {
        member.deadline().cancel();
        member.answer().complete(outcome);
      }
    }
  }
}
