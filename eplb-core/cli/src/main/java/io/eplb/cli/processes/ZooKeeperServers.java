package io.eplb.cli.processes;

import java.util.List;
import java.util.Optional;

/** The ZooKeeper of a group, as processes of this machine. Used by one thread. */
interface ZooKeeperServers extends AutoCloseable {
  /** Returns the address for clients; empty while the servers start. */
  Optional<String> address();

  /** Returns the process that decides: the only server, or the leader of an ensemble. */
  ChildProcess leader();

  /** Starts a server in place of one that has died, with its data and at its address. */
  void restart(ChildProcess dead);

  /** Returns the processes that have to live. */
  List<ChildProcess> processes();

  /** Kills all servers. */
  @Override
  void close();
}
