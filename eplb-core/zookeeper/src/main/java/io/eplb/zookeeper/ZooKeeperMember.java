package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.core.cluster.Member;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A member of this process. Its state belongs to the connection's thread. */
final class ZooKeeperMember implements GroupMember {
  private final ZooKeeperRankGroup group;
  private final Member claim;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final Map<String, Gathering> open = new HashMap<>();
  private final Set<String> contributedTo = new HashSet<>();

  ZooKeeperMember(ZooKeeperRankGroup group, Member claim) {
    this.group = group;
    this.claim = claim;
  }

  @Override
  public Member claim() {
    return claim;
  }

  @Override
  public CompletionStage<Gathered> gather(String gathering, byte[] payload, Duration timeout) {
    GroupMember.requireGathering(gathering, payload, timeout);
    Contribution said = new Contribution(claim, payload);
    return group.ask(answer -> gather(gathering, said, timeout, answer));
  }

  private void gather(
      String name, Contribution said, Duration timeout, CompletableFuture<Gathered> answer) {
    if (left.isDone()) {
      answer.completeExceptionally(
          new GroupUnavailableException(claim + " has left the group; join again"));
      return;
    }
    if (!contributedTo.add(name)) {
      answer.completeExceptionally(
          new InvalidInputException(
              claim + " has contributed to " + name + " before; give it a new name"));
      return;
    }
    Gathering gathering = group.gathering(name, said);
    open.put(name, gathering);
    Requests.alone(
        gathering
            .begin(timeout)
            .whenComplete(
                (outcome, failure) -> {
                  open.remove(name);
                  if (failure == null) {
                    answer.complete(outcome);
                  } else {
                    answer.completeExceptionally(Requests.cause(failure));
                  }
                }));
  }

  /** Looks at what it gathers, since another member has left. */
  void anotherLeft() {
    List.copyOf(open.values()).forEach(Gathering::memberLeft);
  }

  @Override
  public CompletionStage<Void> left() {
    return left.minimalCompletionStage();
  }

  @Override
  public void close() {
    group.leave(this);
  }

  /** Ends it, whether its znode is still there or not. */
  void end(String reason) {
    List.copyOf(open.values())
        .forEach(gathering -> gathering.fail(new GroupUnavailableException(reason)));
    left.complete(null);
  }

  @Override
  public String toString() {
    return claim.toString();
  }
}
