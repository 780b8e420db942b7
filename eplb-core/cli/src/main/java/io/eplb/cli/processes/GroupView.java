package io.eplb.cli.processes;

import io.eplb.api.EplbException;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.Leader;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.zookeeper.ZooKeeperCommitRecord;
import io.eplb.zookeeper.ZooKeeperConnection;
import io.eplb.zookeeper.ZooKeeperRankGroup;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * A group of many processes at one moment, as ZooKeeper shows it to an operator.
 *
 * @param recorded the record's entry and the table in force
 * @param members the members, by their ranks
 * @param leader the planner that leads, if one does
 */
public record GroupView(RecordedTable recorded, List<Member> members, Optional<Leader> leader) {
  /** Copies the list. */
  public GroupView {
    members = List.copyOf(members);
  }

  /**
   * Looks at a group.
   *
   * @throws InvalidInputException if ZooKeeper does not answer, or no group has started there
   */
  public static GroupView read(ClusterArguments cluster) throws InterruptedException {
    ZooKeeperSettings settings = ZooKeeperRun.settings(cluster);
    try (ZooKeeperConnection connection = answer(ZooKeeperConnection.open(settings));
        CommitRecord record = record(connection, settings);
        RankGroup group = answer(ZooKeeperRankGroup.open(connection))) {
      return new GroupView(answer(record.table()), group.members(), leader(group, record));
    }
  }

  private static CommitRecord record(ZooKeeperConnection connection, ZooKeeperSettings settings)
      throws InterruptedException {
    return answer(ZooKeeperCommitRecord.find(connection))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s holds no record: no group has started there; give the --zookeeper of its agents"
                        .formatted(settings)));
  }

  private static Optional<Leader> leader(RankGroup group, CommitRecord record)
      throws InterruptedException {
    LeaderListener listener = new LeaderListener();
    RankGroup.Watch watch = group.listen(listener);
    try {
      answer(record.read()); // It comes on the thread of the connection, after the listener.
      return listener.leader;
    } finally {
      watch.close();
    }
  }

  /** Hears of the leader. */
  private static final class LeaderListener implements GroupListener {
    private volatile Optional<Leader> leader = Optional.empty();

    @Override
    public void leader(Optional<Leader> present) {
      leader = present;
    }
  }

  private static <T> T answer(CompletionStage<T> question) throws InterruptedException {
    try {
      return question.toCompletableFuture().get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof EplbException refusal) {
        throw refusal;
      }
      if (cause instanceof RuntimeException || cause instanceof Error) {
        throw new InternalException("a question to ZooKeeper failed", failed);
      }
      throw new InvalidInputException(FailureReason.words(failed), failed);
    }
  }

  /** Returns the ranks that not exactly one member claims, ascending: nothing is planned then. */
  public List<Integer> away() {
    int ranks = recorded.table().ranks();
    int[] claims = new int[ranks];
    for (Member member : members) {
      if (member.worldSize() == ranks) {
        claims[member.rank()]++;
      }
    }
    List<Integer> away = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      if (claims[rank] != 1) {
        away.add(rank);
      }
    }
    return away;
  }
}
