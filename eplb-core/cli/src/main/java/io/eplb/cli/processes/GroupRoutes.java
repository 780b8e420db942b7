package io.eplb.cli.processes;

import io.eplb.cli.processes.DemoCluster.Party;
import java.util.Optional;

/** The addresses by which the processes of a group reach each other. */
interface GroupRoutes {
  /** Each process is reached where it listens. */
  GroupRoutes DIRECT =
      new GroupRoutes() {
        @Override
        public String zookeeper(Party party, int index, String server) {
          return server;
        }

        @Override
        public Optional<String> agent(int rank) {
          return Optional.empty();
        }
      };

  /**
   * Returns the address at which a process reaches ZooKeeper.
   *
   * @param index the rank of an agent, the number of a planner
   * @param server the address at which the server listens
   */
  String zookeeper(Party party, int index, String server);

  /** Returns the address at which planners reach an agent; empty for where it listens. */
  Optional<String> agent(int rank);
}
