package io.eplb.cli.processes;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.WatchArguments;
import io.eplb.core.cluster.Member;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.runtime.ClusterRuntime;
import io.eplb.core.runtime.RankConnection;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import io.eplb.server.cluster.ZooKeeperAccess;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.listen.TrustedCertificates;
import io.eplb.server.planner.ElectedPlanner;
import io.eplb.server.planner.PlannerServer;
import io.eplb.server.rpc.AgentRequests;
import io.eplb.server.rpc.RpcAddress;
import io.eplb.server.rpc.RpcClient;
import io.eplb.zookeeper.EmbeddedZooKeeper;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A planner from its start to the signal that ends it.
 *
 * @param config the configuration
 * @param policy the policy
 * @param options options of the policy by name
 * @param expertBytes the bytes of one expert's weights
 * @param settings the limits of plans and updates
 */
public record PlannerRun(
    EplbConfig config,
    DiscoveredPolicy policy,
    Map<String, String> options,
    long expertBytes,
    RuntimeSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(PlannerRun.class);

  /**
   * Runs until a signal asks to end; the ranks serve on.
   *
   * @param data the folder of the data of an embedded ZooKeeper server, if one is asked for
   * @param token the token of the agents, if they ask for one
   * @param trust the certificates of the agents, if they use TLS
   * @param watched where operators reach its figures and its health
   * @param out gets a line with each address at which it listens
   * @throws io.eplb.api.EplbException if an option is wrong, or the configuration does not fit the
   *     group
   */
  public void run(
      ClusterArguments cluster,
      Optional<Path> data,
      Optional<String> token,
      Optional<Path> trust,
      WatchArguments watched,
      PrintWriter out)
      throws InterruptedException {
    try (RpcClient client =
        new RpcClient(token, trust.map(TrustedCertificates::read), RpcClient.Limits.DEFAULT)) {
      Optional<EmbeddedAddress> embedded = EmbeddedAddress.parse(cluster.zookeeper());
      requireDataOfEmbedded(embedded.isPresent(), data);
      Patience patience = new Patience();
      if (embedded.isEmpty()) {
        plan(
            ZooKeeperRun.settings(cluster, cluster.zookeeper()),
            client,
            patience,
            token,
            watched,
            out);
        return;
      }
      // Wrong options are refused before a server starts.
      ZooKeeperRun.settings(cluster, embedded.get().connect(1));
      try (EmbeddedZooKeeper server = server(data.orElseThrow(), embedded.get().port())) {
        String connect = embedded.get().connect(server.port());
        out.println("ZooKeeper listens on " + connect + "; agents say --zookeeper " + connect);
        out.flush();
        server.failed().thenRun(patience::end);
        plan(ZooKeeperRun.settings(cluster, connect), client, patience, token, watched, out);
        ZooKeeperRun.requireRoom(server, data.get());
      }
    }
  }

  private static void requireDataOfEmbedded(boolean embedded, Optional<Path> data) {
    if (embedded != data.isPresent()) {
      throw new InvalidInputException(
          embedded
              ? "--zookeeper embedded needs --zookeeper-data DIR, the folder of the server's data"
              : "--zookeeper-data is for --zookeeper embedded; other servers have their own data");
    }
  }

  private static EmbeddedZooKeeper server(Path data, int port) throws InterruptedException {
    try {
      return EmbeddedZooKeeper.start(data, port);
    } catch (InvalidInputException refused) {
      throw new InvalidInputException(
          "--zookeeper embedded: %s; if a planner runs it already, name its address"
              .formatted(refused.getMessage()),
          refused);
    }
  }

  private void plan(
      ZooKeeperSettings zookeeper,
      RpcClient client,
      Patience patience,
      Optional<String> token,
      WatchArguments watched,
      PrintWriter out)
      throws InterruptedException {
    ProcessEnd.onSignal(patience::end);
    try (ClusterAccess access = ZooKeeperAccess.open(zookeeper, patience)) {
      ElectedPlanner planner =
          new ElectedPlanner(access, table -> builder(table, client), patience);
      Optional<PlannerServer> server =
          watched.listen().map(address -> listen(address, watched, token, planner));
      try {
        server.ifPresent(
            listening -> {
              out.println("listening on " + listening.address());
              out.flush();
            });
        planner.run("process " + ProcessHandle.current().pid());
      } finally {
        server.ifPresent(PlannerServer::close);
      }
    } catch (EndedException told) {
      LOG.info("the planner ends; the ranks serve on");
    }
  }

  private static PlannerServer listen(
      String address, WatchArguments watched, Optional<String> token, ElectedPlanner planner) {
    return PlannerServer.start(
        ListenAddress.parse(address),
        watched
            .certificate()
            .files()
            .map(files -> TlsCertificate.read(files.certificate(), files.key())),
        token,
        planner);
  }

  private ClusterRuntime.Builder builder(ExpertTable table, RpcClient client) {
    EpTopology topology =
        EpTopology.of(
            table.experts(),
            table.ranks(),
            Math.toIntExact(config.get(Settings.NODES)),
            Math.toIntExact(config.get(Settings.GROUPS)),
            table.slotsPerRank());
    return ClusterRuntime.builder(
            config, topology, expertBytes, member -> connection(client, member))
        .policy(policy::newInstance)
        .policyOptions(options)
        .settings(settings);
  }

  private static RankConnection connection(RpcClient client, Member member) {
    return AgentRequests.connection(client, RpcAddress.parse(member.address()));
  }
}
