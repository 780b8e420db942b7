package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.zookeeper.TcpProxy;
import io.eplb.zookeeper.TcpProxy.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network between real processes, cut exactly before and after each message of an update and
 * each write of the record: both ways or one, for some steps or until the session of the process
 * that is cut off has expired. After each cut the group must come back, and commit the next version
 * with all ranks there; at the end every byte and every step is compared with the record.
 *
 * <p>{@code -Deplb.cuts.cases=N} asks for N of the cases, 8 otherwise: one for each link, short and
 * long. {@code -Deplb.faults.seed=S} asks for others; the profile {@code faults} asks for all.
 */
class NetworkCutsIT {
  private static final int CASES = Integer.getInteger("eplb.cuts.cases", 8);
  private static final long SEED = Long.getLong("eplb.faults.seed", 1);

  /** The steps that another rank begins while a process is cut off; its session lasts longer. */
  private static final long SHORT_STEPS = 25;

  /** The same where there is no session; a planner waits less for the answer to a request. */
  private static final long LONG_STEPS = 150;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of(".");

  /** The processes between which the network is cut; the first of them is cut off. */
  private enum Link {
    AGENT_TO_ZOOKEEPER,
    PLANNER_TO_ZOOKEEPER,
    PLANNER_TO_AGENT,
    /** To ZooKeeper and to planners. */
    AGENT_TO_ALL
  }

  /** The ways on which nothing arrives. */
  private enum Held {
    BOTH,
    /** The messages from the process that is cut off. */
    OUT,
    /** The messages to it. */
    IN
  }

  /** The fate of the messages that were under way, when the network is whole again. */
  private enum UnderWay {
    LATE,
    LOST
  }

  /** A cut at an arrow. */
  private record Case(String arrow, Link link, Held held, boolean expired, UnderWay messages) {
    @Override
    public String toString() {
      return "%s: %s, %s, %s, messages %s"
          .formatted(arrow, link, held, expired ? "long" : "short", messages);
    }
  }

  /** Returns the cases, in turn of each link, short and long. */
  private static List<Case> cases() {
    Random random = new Random(SEED);
    List<List<Case>> kinds = new ArrayList<>();
    for (Link link : Link.values()) {
      for (boolean expired : List.of(false, true)) {
        List<Case> kind = new ArrayList<>();
        for (String arrow : FaultGroup.ARROWS) {
          for (Held held : Held.values()) {
            UnderWay messages = random.nextBoolean() ? UnderWay.LATE : UnderWay.LOST;
            kind.add(new Case(arrow, link, held, expired, messages));
          }
        }
        Collections.shuffle(kind, random);
        kinds.add(kind);
      }
    }
    List<Case> all = new ArrayList<>();
    for (int index = 0; index < kinds.get(0).size(); index++) {
      for (List<Case> kind : kinds) {
        all.add(kind.get(index));
      }
    }
    assertEquals(336, all.size());
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @Test
  void whoeverIsCutOffAtAnyArrowEveryStepHasOneVersionAndEveryByteIsRight() throws Exception {
    try (BrokenNetwork network = new BrokenNetwork(FaultGroup.RANKS);
        FaultGroup group = new FaultGroup(folder, network, new OneZooKeeper(folder))) {
      for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
        int each = rank;
        group.await("agent " + rank, () -> group.cluster().agentAddress(each).isPresent());
        network.leadToAgent(rank, group.cluster().agentAddress(rank).orElseThrow());
      }
      Random random = new Random(SEED);
      for (Case each : cases()) {
        cut(each, random.nextInt(FaultGroup.RANKS), network, group);
        group.awaitRecovery(each.toString());
      }
      group.end(CASES);
    }
  }

  private static void cut(Case cut, int rank, BrokenNetwork network, FaultGroup group)
      throws Exception {
    group.holdAt(cut.toString(), cut.arrow());
    FaultGroup.Condition expired =
        group.sessionEnd(
            cut.link() == Link.PLANNER_TO_ZOOKEEPER ? Party.PLANNER : Party.AGENT, rank);
    List<TcpProxy> proxies = hold(cut, rank, network, group);
    group.release(cut.arrow());
    int other = (rank + 1) % FaultGroup.RANKS;
    if (!cut.expired()) {
      group.awaitAllSteps(cut + ": steps of another rank", other, SHORT_STEPS);
    } else if (cut.link() == Link.PLANNER_TO_AGENT) {
      group.awaitAllSteps(cut + ": steps of another rank", other, LONG_STEPS);
    } else {
      group.await(cut + ": the end of the session", expired);
    }
    if (cut.messages() == UnderWay.LOST) {
      proxies.forEach(TcpProxy::cut);
    }
    proxies.forEach(TcpProxy::pass);
  }

  /** Cuts the network; returns the proxies that hold something up. */
  private static List<TcpProxy> hold(Case cut, int rank, BrokenNetwork network, FaultGroup group) {
    TcpProxy served = network.plannersToAgent(rank);
    return switch (cut.link()) {
      case AGENT_TO_ZOOKEEPER ->
          List.of(hold(network.agentToZooKeeper(rank), cut.held(), Way.TO_SERVER));
      case PLANNER_TO_ZOOKEEPER ->
          List.of(
              hold(
                  network.plannerToZooKeeper(group.cluster().leading(group.leader())),
                  cut.held(),
                  Way.TO_SERVER));
      case PLANNER_TO_AGENT -> List.of(hold(served, cut.held(), Way.TO_SERVER));
      case AGENT_TO_ALL ->
          List.of(
              hold(network.agentToZooKeeper(rank), cut.held(), Way.TO_SERVER),
              hold(served, cut.held(), Way.TO_CLIENT));
    };
  }

  /**
   * Holds the bytes of a proxy up.
   *
   * @param out the way of what the process sends that is cut off
   */
  private static TcpProxy hold(TcpProxy proxy, Held held, Way out) {
    Way in = out == Way.TO_SERVER ? Way.TO_CLIENT : Way.TO_SERVER;
    switch (held) {
      case BOTH -> proxy.hold(Way.values());
      case OUT -> proxy.hold(out);
      case IN -> proxy.hold(in);
    }
    return proxy;
  }
}
