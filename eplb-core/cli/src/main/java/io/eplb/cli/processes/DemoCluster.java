package io.eplb.cli.processes;

import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.core.engine.shared.SharedFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of a group on this machine: ZooKeeper, two planners, and for each rank an agent and
 * a stand-in engine. Used by one thread.
 */
final class DemoCluster implements AutoCloseable {
  /** The number of planners; one leads, the others stand by. */
  static final int PLANNERS = 2;

  /** The least seconds of a session; many ranks delay each other's answers on one machine. */
  private static final int SESSION_SECONDS = 2;

  private static final int RANKS_PER_SESSION_SECOND = 4;

  /** The longest wait of an agent for the others: all start at once. */
  private static final String START_SECONDS = "600";

  private static final long LAST_SECONDS = 5;

  private final Setting setting;
  private final GroupRoutes routes;
  private final List<ChildProcess> planners = new ArrayList<>();
  private final List<ChildProcess> agents = new ArrayList<>();
  private final List<ChildProcess> engines = new ArrayList<>();
  private final long origin;
  private final ZooKeeperServers zookeeper;
  private String connect = "";

  /**
   * The content of a group.
   *
   * @param folder the folder of all files but those that engines and agents share
   * @param shared the folder that engines and agents share
   * @param map the file of the map that the ranks start with
   * @param first its table
   * @param config the file of the planners' settings
   * @param expertBytes the bytes of one expert's weights
   * @param options the options of the programs, with those bytes among them
   */
  record Setting(
      Path folder,
      SharedFolder shared,
      Path map,
      ExpertTable first,
      Path config,
      int expertBytes,
      ProgramOptions options) {
    Path logs() {
      return folder.resolve("steps");
    }

    int ranks() {
      return first.ranks();
    }
  }

  /**
   * Takes ZooKeeper; {@link #startRanks} starts the others.
   *
   * @param zookeeper the servers; closed with this
   */
  DemoCluster(Setting setting, GroupRoutes routes, ZooKeeperServers zookeeper) {
    this.setting = setting;
    this.routes = routes;
    this.zookeeper = zookeeper;
    this.origin = System.nanoTime();
  }

  private ChildProcess start(String name, String file, List<String> arguments) {
    return ChildProcess.start(name, setting.folder().resolve(file + ".log"), arguments);
  }

  /** Returns the address of ZooKeeper; empty while it starts. */
  Optional<String> zookeeper() {
    Optional<String> address = zookeeper.address();
    address.ifPresent(known -> connect = known);
    return address;
  }

  /** Returns the address at which an agent listens; empty while it starts. */
  Optional<String> agentAddress(int rank) {
    return agents.get(rank).address();
  }

  /** Starts planners and ranks. Needs the address of ZooKeeper. */
  void startRanks() {
    for (int rank = 0; rank < setting.ranks(); rank++) {
      engines.add(engine(rank));
      agents.add(agent(rank));
    }
    for (int planner = 0; planner < PLANNERS; planner++) {
      planners.add(planner(planner));
    }
  }

  private ChildProcess engine(int rank) {
    List<String> arguments = new ArrayList<>(List.of("engine"));
    arguments.addAll(memory(rank));
    arguments.addAll(
        List.of("--origin", Long.toString(origin), "--logs", setting.logs().toString()));
    arguments.addAll(setting.options().engine());
    return start("the engine of rank " + rank, "engine-" + rank, arguments);
  }

  private ChildProcess agent(int rank) {
    List<String> arguments = new ArrayList<>(List.of("agent"));
    arguments.addAll(memory(rank));
    arguments.addAll(group(Party.AGENT, rank));
    arguments.addAll(List.of("--start-limit", START_SECONDS));
    routes.agent(rank).ifPresent(address -> arguments.addAll(List.of("--advertise", address)));
    arguments.addAll(setting.options().agent());
    return start("the agent of rank " + rank, "agent-" + rank, arguments);
  }

  private ChildProcess planner(int number) {
    List<String> arguments = new ArrayList<>(List.of("planner"));
    arguments.addAll(group(Party.PLANNER, number));
    arguments.addAll(List.of("--config", setting.config().toString()));
    arguments.addAll(setting.options().planner());
    return start("planner " + number, "planner-" + number, arguments);
  }

  private List<String> memory(int rank) {
    return List.of(
        "--engine",
        setting.shared().path().toString(),
        "--rank",
        Integer.toString(rank),
        "--current",
        setting.map().toString());
  }

  private List<String> group(Party party, int index) {
    return List.of(
        "--zookeeper",
        routes.zookeeper(party, index, connect),
        "--session-timeout",
        Integer.toString(SESSION_SECONDS + setting.ranks() / RANKS_PER_SESSION_SECOND));
  }

  /** A kind of process. */
  enum Party {
    /** The planner that leads. */
    PLANNER,
    /** An agent. */
    AGENT,
    /** An engine. */
    ENGINE,
    /** The ZooKeeper server, or the leader of an ensemble. */
    ZOOKEEPER
  }

  /**
   * A process that was killed and started again.
   *
   * @param name its name
   * @param pid the process that was killed
   */
  record Killed(String name, long pid) {}

  /**
   * Returns a process.
   *
   * @param index the rank of an agent or engine; else ignored
   * @param leader the process that leads, for a planner
   */
  ChildProcess process(Party party, int index, long leader) {
    return switch (party) {
      case PLANNER -> planners.get(leading(leader));
      case AGENT -> agents.get(index);
      case ENGINE -> engines.get(index);
      case ZOOKEEPER -> zookeeper.leader();
    };
  }

  /**
   * Returns which of the planners leads.
   *
   * @param leader the process that leads
   */
  int leading(long leader) {
    int leading = 0;
    for (int planner = 0; planner < PLANNERS; planner++) {
      leading = planners.get(planner).pid() == leader ? planner : leading;
    }
    return leading;
  }

  /**
   * Kills a process, as kill −9 does, and starts another in its place.
   *
   * @param index the rank of an agent or engine; else ignored
   * @param leader the process that leads, for a planner
   */
  Killed replace(Party party, int index, long leader) {
    ChildProcess process = process(party, index, leader);
    process.kill();
    switch (party) {
      case PLANNER -> {
        int leading = leading(leader);
        planners.set(leading, planner(leading));
      }
      case AGENT -> agents.set(index, agent(index));
      case ENGINE -> engines.set(index, engine(index));
      case ZOOKEEPER -> zookeeper.restart(process);
    }
    return new Killed(process.name(), process.pid());
  }

  /**
   * Returns why a process has ended by itself; empty if all live.
   *
   * @param apart processes that may end
   */
  Optional<EplbException> ended(Set<ChildProcess> apart) {
    List<ChildProcess> all = new ArrayList<>(zookeeper.processes());
    all.addAll(planners);
    all.addAll(agents);
    all.addAll(engines);
    return all.stream()
        .filter(process -> !process.isAlive() && !apart.contains(process))
        .findFirst()
        .map(ChildProcess::end);
  }

  /** Ends the planners: no update begins any more. */
  void endPlanners() throws InterruptedException {
    for (ChildProcess planner : planners) {
      planner.end(LAST_SECONDS);
    }
  }

  /** Ends the engines, then the agents. */
  void endRanks() throws InterruptedException {
    for (ChildProcess engine : engines) {
      engine.end(LAST_SECONDS);
    }
    for (ChildProcess agent : agents) {
      agent.end(LAST_SECONDS);
    }
  }

  /** Kills all processes that are left. */
  @Override
  public void close() {
    List<ChildProcess> all = new ArrayList<>(planners);
    all.addAll(agents);
    all.addAll(engines);
    for (ChildProcess process : all) {
      process.kill();
    }
    zookeeper.close();
  }
}
