package io.eplb.cli.processes;

import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.zookeeper.TcpProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network that a test breaks: each agent and each planner reaches ZooKeeper through a proxy of
 * its own, and planners reach each agent through one. What tests themselves ask goes by no proxy.
 */
final class BrokenNetwork implements GroupRoutes, AutoCloseable {
  /** Nobody listens there; proxies are led elsewhere before they are used. */
  private static final int NOWHERE = 0;

  private final List<TcpProxy> agentsToZooKeeper = new ArrayList<>();
  private final List<TcpProxy> plannersToZooKeeper = new ArrayList<>();
  private final List<TcpProxy> plannersToAgents = new ArrayList<>();

  BrokenNetwork(int ranks) throws IOException {
    for (int rank = 0; rank < ranks; rank++) {
      agentsToZooKeeper.add(new TcpProxy(NOWHERE));
      plannersToAgents.add(new TcpProxy(NOWHERE));
    }
    for (int planner = 0; planner < DemoCluster.PLANNERS; planner++) {
      plannersToZooKeeper.add(new TcpProxy(NOWHERE));
    }
  }

  @Override
  public String zookeeper(Party party, int index, String server) {
    TcpProxy proxy = party == Party.AGENT ? agentToZooKeeper(index) : plannerToZooKeeper(index);
    proxy.leadTo(port(server));
    return proxy.address();
  }

  @Override
  public Optional<String> agent(int rank) {
    return Optional.of("http://" + plannersToAgent(rank).address());
  }

  /** Leads planners to an agent at the address where it listens. */
  void leadToAgent(int rank, String address) {
    plannersToAgent(rank).leadTo(port(address));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  TcpProxy agentToZooKeeper(int rank) {
    return agentsToZooKeeper.get(rank);
  }

  TcpProxy plannerToZooKeeper(int planner) {
    return plannersToZooKeeper.get(planner);
  }

  TcpProxy plannersToAgent(int rank) {
    return plannersToAgents.get(rank);
  }

  @Override
  public void close() {
    agentsToZooKeeper.forEach(TcpProxy::close);
    plannersToZooKeeper.forEach(TcpProxy::close);
    plannersToAgents.forEach(TcpProxy::close);
  }
}
