package io.eplb.zookeeper;

import static org.junit.jupiter.api.Assertions.fail;

import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.Leader;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The events of a group as one process hears them. */
final class Events implements GroupListener {
  /** All that was heard so far. */
  record Log(
      List<Member> joined, List<Member> left, List<Connection> connections, List<String> leaders) {
    Connection lastConnection() {
      return connections.get(connections.size() - 1);
    }
  }

  private final List<Member> joined = new ArrayList<>();
  private final List<Member> left = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final List<String> leaders = new ArrayList<>();

  static Events of(RankGroup group) {
    Events events = new Events();
    group.listen(events);
    events.await(log -> !log.connections().isEmpty());
    return events;
  }

  synchronized Log log() {
    return new Log(
        List.copyOf(joined), List.copyOf(left), List.copyOf(connections), List.copyOf(leaders));
  }

  synchronized void await(Predicate<Log> happened) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Done.FAILURE_SECONDS);
    while (!happened.test(log())) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        fail("not in " + log());
      }
      try {
        wait(millis);
      } catch (InterruptedException interrupted) {
        fail(interrupted);
      }
    }
  }

  @Override
  public synchronized void joined(Member member) {
    if (joined.contains(member)) {
      fail(member + " joins twice");
    }
    joined.add(member);
    notifyAll();
  }

  @Override
  public synchronized void left(Member member) {
    if (!joined.contains(member) || left.contains(member)) {
      fail(member + " leaves twice, or without having joined");
    }
    left.add(member);
    notifyAll();
  }

  @Override
  public synchronized void connection(Connection connection) {
    connections.add(connection);
    notifyAll();
  }

  @Override
  public synchronized void leader(Optional<Leader> leader) {
    leader.ifPresent(now -> leaders.add(now.address()));
    notifyAll();
  }
}
