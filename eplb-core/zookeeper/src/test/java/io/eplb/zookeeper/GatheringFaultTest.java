package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.core.cluster.RankGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gatherings of four ranks of which one fails while they gather. */
class GatheringFaultTest {
  private static final int RANKS = 4;
  private static final int ROUNDS = Integer.getInteger("eplb.gathering.rounds", 10);

  @TempDir private Path data;

  @Test
  void outcomesThatShareAMemberAreTheSame() throws Exception {
    try (OneServer server = new OneServer(data)) {
      List<Rank> ranks = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        ranks.add(new Rank(server, rank));
      }
      int answered = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Random random = new Random(round);
        List<CompletionStage<Gathered>> answers = new ArrayList<>();
        for (Rank rank : ranks) {
          answers.add(rank.gather("round" + round, random));
          if (rank.rank == round % RANKS) {
            rank.fail(round / RANKS);
          }
        }
        List<Set<Long>> outcomes = new ArrayList<>();
        for (CompletionStage<Gathered> answer : answers) {
          try {
            outcomes.add(members(done(answer)));
          } catch (ExecutionException unanswered) {
            assertInstanceOf(GroupUnavailableException.class, unanswered.getCause());
          }
        }
        requireSameWhereShared(outcomes, "round " + round);
        answered += outcomes.size();
      }
      for (Rank rank : ranks) {
        rank.proxy.close();
      }
      assertTrue(answered > ROUNDS, "only " + answered + " outcomes to judge");
    }
  }

  private static void requireSameWhereShared(List<Set<Long>> outcomes, String what) {
    for (Set<Long> one : outcomes) {
      for (Set<Long> other : outcomes) {
        Set<Long> shared = new HashSet<>(one);
        shared.retainAll(other);
        if (!shared.isEmpty()) {
          assertEquals(one, other, what);
        }
      }
    }
  }

  private static Set<Long> members(Gathered outcome) {
    return outcome.contributions().stream()
        .map(said -> said.member().id())
        .collect(Collectors.toSet());
  }

  /** A process behind a connection of its own. */
  private static final class Rank {
    private final OneServer server;
    private final int rank;
    private final TcpProxy proxy;
    private final ZooKeeperConnection connection;
    private final RankGroup group;
    private GroupMember member;

    Rank(OneServer server, int rank) throws Exception {
      this.server = server;
      this.rank = rank;
      proxy = new TcpProxy(server.port());
      connection = server.connect(proxy);
      group = server.group(connection);
      member = done(group.join(rank, RANKS, 1, ""));
    }

    CompletionStage<Gathered> gather(String name, Random random) throws Exception {
      while (member.left().toCompletableFuture().isDone()) {
        member = joinAgain();
      }
      return member.gather(
          name,
          name.getBytes(StandardCharsets.UTF_8),
          Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(20) : 500));
    }

    private GroupMember joinAgain() throws Exception {
      try {
        return done(group.join(rank, RANKS, 1, ""));
      } catch (ExecutionException away) {
        assertInstanceOf(GroupUnavailableException.class, away.getCause());
        return member;
      }
    }

    void fail(int fault) throws Exception {
      switch (fault % 3) {
        case 0 -> proxy.cut();
        case 1 -> server.expire(connection);
        default -> member.close();
      }
    }
  }
}
