package io.eplb.cli.processes;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.ProtectionArguments;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.update.promise.RankSettings;
import io.eplb.server.agent.AgentServer;
import io.eplb.server.agent.AgentSettings;
import io.eplb.server.agent.RankAgent;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import io.eplb.server.cluster.ZooKeeperAccess;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.rpc.RpcAddress;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent from its start to the signal that ends it.
 *
 * @param rank the rank
 * @param topology the shape of the group
 * @param first the table with which the group starts
 * @param folder the folder that the agent shares with its engine
 * @param weights the sizes of the engine's memory
 * @param startLimit the time in which all ranks have to come at the first start
 */
public record AgentRun(
    int rank,
    EpTopology topology,
    ExpertTable first,
    SharedFolder folder,
    WeightsShape weights,
    Duration startLimit) {
  private static final Logger LOG = LoggerFactory.getLogger(AgentRun.class);

  /**
   * Runs until a signal asks to end; the engine serves on.
   *
   * @param listen the address to listen at
   * @param advertise the address that planners use, if it is another
   * @param out gets a line with the address
   * @throws io.eplb.api.EplbException if the agent cannot start, or the ranks disagree
   */
  public void run(
      ClusterArguments cluster,
      String listen,
      Optional<String> advertise,
      ProtectionArguments protection,
      PrintWriter out)
      throws InterruptedException {
    // What is wrong with the options is said before the agent waits for ZooKeeper.
    ZooKeeperSettings zookeeper = ZooKeeperRun.settings(cluster);
    ListenAddress address = ListenAddress.parse(listen);
    if (address instanceof ListenAddress.Socket) {
      throw new InvalidInputException(
          "--listen %s is a Unix socket, and planners ask by HTTP; expected HOST:PORT"
              .formatted(address));
    }
    Optional<String> token = protection.token();
    Optional<TlsCertificate> certificate =
        protection
            .certificate()
            .files()
            .map(files -> TlsCertificate.read(files.certificate(), files.key()));
    address.requireProtected(token.isPresent(), certificate.isPresent(), "127.0.0.1:0");
    advertise.ifPresent(RpcAddress::parse);
    Patience patience = new Patience();
    ProcessEnd.onSignal(patience::end);
    try (ClusterAccess access = ZooKeeperAccess.open(zookeeper, patience)) {
      RankAgent agent =
          new RankAgent(
              new AgentSettings(
                  rank, topology, first, folder, weights, RankSettings.DEFAULT, startLimit),
              access,
              patience);
      try (AgentServer server = AgentServer.start(address, certificate, token, agent)) {
        out.println("listening on " + server.address());
        out.flush();
        agent.run(advertise.orElseGet(server::address));
      }
    } catch (EndedException told) {
      LOG.info("the agent ends; its engine serves on");
    }
  }
}
