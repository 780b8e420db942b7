package io.eplb.cli.processes;

import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.zookeeper.TcpProxy;
import io.eplb.zookeeper.TcpProxy.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Routes on which the agent of one rank can be kept from ZooKeeper: it has a proxy per server. */
final class LateRank implements GroupRoutes, AutoCloseable {
  /** The rank. */
  static final int RANK = 0;

  private final List<TcpProxy> proxies = new ArrayList<>();

  @Override
  public String zookeeper(Party party, int index, String servers) {
    if (party != Party.AGENT || index != RANK) {
      return servers;
    }
    if (proxies.isEmpty()) {
      for (String server : servers.split(",", -1)) {
        proxies.add(proxy(Integer.parseInt(server.substring(server.lastIndexOf(':') + 1))));
      }
    }
    return proxies.stream().map(TcpProxy::address).collect(Collectors.joining(","));
  }

  private static TcpProxy proxy(int port) {
    try {
      return new TcpProxy(port);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public Optional<String> agent(int rank) {
    return Optional.empty();
  }

  /** Lets nothing arrive. */
  void hold() {
    proxies.forEach(proxy -> proxy.hold(Way.TO_SERVER, Way.TO_CLIENT));
  }

  /** Lets everything arrive, what was held first. */
  void pass() {
    proxies.forEach(TcpProxy::pass);
  }

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
  }
}
