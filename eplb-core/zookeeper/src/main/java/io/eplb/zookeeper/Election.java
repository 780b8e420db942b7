package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.GroupListeners;
import io.eplb.core.cluster.Leader;
import io.eplb.core.cluster.Standing;
import io.eplb.zookeeper.Requests.Node;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The election of a leader: the candidate that creates the znode {@code leader}, which lasts as
 * long as its session, and raises the counter {@code epoch} in the same transaction. Who leads is
 * read from the znode alone, so that an answer that was lost does no harm. Used by one thread.
 */
final class Election {
  private final Requests requests;
  private final String epochPath;
  private final String leaderPath;
  private final GroupListeners listeners;
  private final Set<Standing> standing = new LinkedHashSet<>();
  private Optional<LeaderContent> leader = Optional.empty();

  Election(Requests requests, String epochPath, String leaderPath, GroupListeners listeners) {
    this.requests = requests;
    this.epochPath = epochPath;
    this.leaderPath = leaderPath;
    this.listeners = listeners;
  }

  /** The content of the znode {@code leader}: epoch, candidate and address, each on a line. */
  private record LeaderContent(long epoch, long candidate, String address) {
    byte[] toBytes() {
      return (epoch + "\n" + candidate + "\n" + address).getBytes(StandardCharsets.UTF_8);
    }

    static LeaderContent fromBytes(String path, byte[] bytes) {
      String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
      try {
        if (lines.length == 3) {
          return new LeaderContent(Long.parseLong(lines[0]), Long.parseLong(lines[1]), lines[2]);
        }
      } catch (NumberFormatException damaged) {
        // no leader, as said below
      }
      throw new InvalidInputException(
          path + " is no leader of EPLB; take another chroot, or remove it");
    }
  }

  String leaderPath() {
    return leaderPath;
  }

  Optional<Leader> leader() {
    return leader.map(content -> new Leader(content.epoch(), content.address()));
  }

  void add(Standing candidate) {
    standing.add(candidate);
  }

  /** Takes a candidate out; the caller {@linkplain #withdraw withdraws} what it has left. */
  void remove(Standing candidate, String reason) {
    standing.remove(candidate);
    candidate.lose(reason);
  }

  /** Returns a copy of the candidates of this process, in their order. */
  List<Standing> standing() {
    return List.copyOf(standing);
  }

  /** Removes the znode {@code leader} if it is a candidate's, and nobody else's by now. */
  CompletableFuture<Void> withdraw(Standing candidate) {
    CompletableFuture<Void> withdrawn =
        requests
            .get(epochPath)
            .thenCompose(
                epoch ->
                    requests
                        .get(leaderPath)
                        .thenCompose(
                            node ->
                                content(node).candidate() == candidate.id()
                                    ? requests.transaction(
                                        List.of(
                                            requests.check(epochPath, epoch.version()),
                                            requests.deleting(leaderPath)))
                                    : nothing()));
    return Requests.unless(
        Requests.unless(withdrawn, Code.NONODE, Election::nothing),
        Code.BADVERSION,
        Election::nothing);
  }

  private LeaderContent content(Node node) {
    return LeaderContent.fromBytes(leaderPath, node.content());
  }

  private static CompletableFuture<Void> nothing() {
    return CompletableFuture.completedFuture(null);
  }

  /** Reads who leads, tells it, and tries to elect a candidate of this process if nobody does. */
  CompletableFuture<Void> look() {
    CompletableFuture<Optional<LeaderContent>> read =
        requests.get(leaderPath).thenApply(node -> Optional.of(content(node)));
    return Requests.unless(
            read, Code.NONODE, () -> CompletableFuture.completedFuture(Optional.empty()))
        .thenCompose(this::learn);
  }

  private CompletableFuture<Void> learn(Optional<LeaderContent> seen) {
    boolean changed = !seen.equals(leader);
    leader = seen;
    if (changed) {
      Optional<Leader> told = leader();
      listeners.tellAll(listener -> listener.leader(told));
    }
    for (Standing candidate : standing()) {
      boolean leads = seen.isPresent() && seen.get().candidate() == candidate.id();
      if (leads) {
        candidate.elect(seen.get().epoch());
      } else if (candidate.epoch() > 0) {
        standing.remove(candidate);
        candidate.lose("another leads; stand anew");
      }
    }
    return seen.isEmpty() && !standing.isEmpty()
        ? elect(standing.iterator().next()).thenCompose(elected -> look())
        : nothing();
  }

  private CompletableFuture<Void> elect(Standing candidate) {
    CompletableFuture<Void> election =
        requests
            .get(epochPath)
            .thenCompose(
                node -> {
                  long epoch = epoch(node) + 1;
                  return requests.transaction(
                      List.of(
                          requests.creating(
                              leaderPath,
                              new LeaderContent(epoch, candidate.id(), candidate.address())
                                  .toBytes(),
                              CreateMode.EPHEMERAL),
                          requests.setting(
                              epochPath,
                              Long.toString(epoch).getBytes(StandardCharsets.UTF_8),
                              node.version())));
                });
    return Requests.unless(
        Requests.unless(election, Code.NODEEXISTS, Election::nothing),
        Code.BADVERSION,
        Election::nothing);
  }

  private long epoch(Node node) {
    try {
      return Long.parseLong(new String(node.content(), StandardCharsets.UTF_8));
    } catch (NumberFormatException damaged) {
      throw new InvalidInputException(
          epochPath + " is no epoch of EPLB; take another chroot, or remove it", damaged);
    }
  }
}
