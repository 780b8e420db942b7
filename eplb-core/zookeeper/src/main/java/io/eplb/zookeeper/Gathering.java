package io.eplb.zookeeper;

import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.zookeeper.GatheringNodes.Seen;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The part of one member in one gathering: it contributes, and waits for the outcome. Whoever finds
 * the gathering complete decides it: the last to contribute, one that has seen a member leave, or
 * one whose time is up. Used by the connection's thread.
 */
final class Gathering {
  private final ZooKeeperConnection connection;
  private final Members members;
  private final GatheringNodes nodes;
  private final Contribution said;
  private final PersistentWatcher watcher;
  private final CompletableFuture<Gathered> answer = new CompletableFuture<>();
  private final Look look = new Look(this::lookForOutcome);
  private @Nullable Future<?> deadline;
  private boolean timeIsUp;

  /** The round that this member has contributed to; 0 before. */
  private long round;

  Gathering(ZooKeeperConnection connection, Members members, String name, Contribution said) {
    this.connection = connection;
    this.members = members;
    this.said = said;
    nodes = new GatheringNodes(connection, members, name);
    watcher = new PersistentWatcher(connection.client(), nodes.statePath(), false);
    watcher
        .getListenable()
        .addListener(
            event -> {
              if (event.getType() != EventType.None) {
                connection.later(look::again);
              }
            });
    // Also when the connection is back.
    watcher.getResetListenable().addListener(() -> connection.later(look::again));
  }

  /** Contributes; the answer is the outcome. */
  CompletableFuture<Gathered> begin(Duration timeout) {
    deadline =
        connection
            .thread()
            .schedule(
                () -> {
                  timeIsUp = true;
                  look.again();
                },
                TimeUnit.NANOSECONDS.convert(timeout),
                TimeUnit.NANOSECONDS);
    Requests.alone(
        nodes
            .ensure()
            .thenCompose(made -> contribute())
            .whenComplete(
                (contributed, failure) -> {
                  if (failure != null) {
                    fail(Requests.cause(failure));
                  }
                }));
    return answer;
  }

  private CompletableFuture<Void> contribute() {
    return nodes
        .state()
        .thenCompose(
            seen ->
                seen.state().isDecided()
                    ? comeLate(seen)
                    : nodes
                        .contribute(seen.state().round(), said)
                        .thenRun(
                            () -> {
                              if (!answer.isDone()) { // it may have left meanwhile
                                round = seen.state().round();
                                watcher.start();
                              }
                            }));
  }

  /** Takes the outcome of a decided round, or opens another if nobody of that round is left. */
  private CompletableFuture<Void> comeLate(Seen decided) {
    CompletableFuture<Gathered> outcome = nodes.outcome(decided.state());
    return outcome
        .thenCombine(members.names(), Gathering::isRemembered)
        .thenCompose(
            remembered ->
                remembered
                    ? outcome.thenAccept(this::succeed)
                    : nodes.reopen(decided).thenCompose(reopened -> contribute()));
  }

  private static boolean isRemembered(Gathered outcome, List<MemberName> present) {
    Set<MemberName> there = new HashSet<>(present);
    return outcome.contributions().stream()
        .anyMatch(contribution -> there.contains(MemberName.of(contribution.member())));
  }

  /** Looks again, since a member has left: the others may now be complete. */
  void memberLeft() {
    look.again();
  }

  private CompletableFuture<Void> lookForOutcome() {
    if (answer.isDone() || round == 0) {
      return CompletableFuture.completedFuture(null);
    }
    return nodes
        .state()
        .thenCompose(this::act)
        .whenComplete(
            (looked, failure) -> {
              if (failure != null) {
                Throwable cause = Requests.cause(failure);
                // Before its time is up a member waits for the connection to come back.
                if (timeIsUp || !(cause instanceof KeeperException)) {
                  fail(cause);
                }
              }
            });
  }

  private CompletableFuture<Void> act(Seen seen) {
    if (seen.state().round() != round) {
      fail(new GroupUnavailableException("all members of the gathering have left; join again"));
      return CompletableFuture.completedFuture(null);
    }
    if (seen.state().isDecided()) {
      return nodes.outcome(seen.state()).thenAccept(this::succeed);
    }
    return nodes
        .contributors(round)
        .thenCombine(members.names(), this::counted)
        .thenCompose(
            counted ->
                counted.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : decide(seen, counted));
  }

  /** Returns the contributions to decide by; none before it is time. */
  private List<MemberName> counted(List<MemberName> contributed, List<MemberName> present) {
    Set<MemberName> there = new HashSet<>(present);
    List<MemberName> counted = contributed.stream().filter(there::contains).toList();
    return timeIsUp || isComplete(counted, present) ? counted : List.of();
  }

  private static boolean isComplete(List<MemberName> counted, List<MemberName> present) {
    BitSet ranks = new BitSet();
    counted.forEach(name -> ranks.set(name.rank()));
    int worldSize = counted.stream().mapToInt(MemberName::worldSize).max().orElse(1);
    return ranks.nextClearBit(0) >= worldSize && new HashSet<>(counted).containsAll(present);
  }

  private CompletableFuture<Void> decide(Seen open, List<MemberName> counted) {
    CompletableFuture<Void> decision =
        nodes.decide(open, counted, said.member()).thenCompose(decided -> tidy());
    // Another has decided, or a member has left meanwhile: look again.
    return Requests.unless(
        Requests.unless(decision, Code.BADVERSION, this::lookForOutcome),
        Code.NONODE,
        this::lookForOutcome);
  }

  /** Reads its own decision as the others do, then removes what it has made superfluous. */
  private CompletableFuture<Void> tidy() {
    return nodes
        .state()
        .thenCompose(
            seen ->
                nodes
                    .outcome(seen.state())
                    .thenAccept(this::succeed)
                    .thenRun(() -> Requests.alone(nodes.cleanUp(seen.state()))));
  }

  private void succeed(Gathered outcome) {
    end();
    answer.complete(outcome);
  }

  /** Ends this member's part without the outcome. */
  void fail(Throwable reason) {
    end();
    answer.completeExceptionally(reason);
  }

  private void end() {
    Future<?> scheduled = deadline;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    watcher.close();
  }
}
