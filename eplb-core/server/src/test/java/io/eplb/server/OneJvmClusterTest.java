package io.eplb.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.engine.standin.StandInEngine;
import io.eplb.core.engine.standin.StepLogCheck;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.runtime.BenefitSettings;
import io.eplb.core.runtime.ClusterRuntime;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.update.promise.RankSettings;
import io.eplb.server.agent.AgentServer;
import io.eplb.server.agent.AgentSettings;
import io.eplb.server.agent.RankAgent;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import io.eplb.server.cluster.RunningProcess;
import io.eplb.server.cluster.ZooKeeperAccess;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.planner.ElectedPlanner;
import io.eplb.server.planner.PlannerServer;
import io.eplb.server.rpc.AgentRequests;
import io.eplb.server.rpc.RpcAddress;
import io.eplb.server.rpc.RpcClient;
import io.eplb.zookeeper.EmbeddedZooKeeper;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole group in this JVM: ZooKeeper, two engines with their agents, and a planner that reaches
 * them over HTTP. Operators watch it by its metrics.
 */
class OneJvmClusterTest {
  private static final int RANKS = 2;
  private static final int LAYERS = 2;
  private static final int EXPERT_BYTES = 64;
  private static final String TOKEN = "secret";
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(4, RANKS, 1, 1, 2);
  private static final ExpertTable FIRST = ExpertTable.initial(LAYERS, TOPOLOGY);
  private static final WeightsShape SHAPE = WeightsShape.of(FIRST, 6, EXPERT_BYTES);

  @TempDir Path path;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedZooKeeper zookeeper;
  private SharedFolder folder;

  /** Turns the row of each layer, so that ranks get experts that they do not have. */
  private static final class Turning implements EplbPolicy {
    @Override
    public String name() {
      return "turning";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      Placement.Builder rows = Placement.builder(table);
      for (int layer = 0; layer < LAYERS; layer++) {
        int[] row = new int[table.physicalExperts()];
        table.placement().copyLayer(layer, row, 0);
        for (int slot = 0; slot < row.length; slot++) {
          row[slot] = (row[slot] + 1) % table.experts();
        }
        rows.setLayer(layer, row, 0);
      }
      return Rebalance.of(true, new int[] {0, 1}, rows.build());
    }
  }

  @BeforeEach
  void start() throws InterruptedException {
    zookeeper = open(EmbeddedZooKeeper.start(path.resolve("zookeeper"), 0));
    folder = new SharedFolder(path.resolve("shared"));
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private ClusterAccess access(Patience patience) throws Exception {
    return ZooKeeperAccess.open(ZooKeeperSettings.parse(zookeeper.address() + "/group"), patience);
  }

  /** A process, and the address at which it listens. */
  private record Listening(RunningProcess process, String address) {}

  private Listening agent(int rank) {
    CompletableFuture<String> address = new CompletableFuture<>();
    RunningProcess process =
        open(
            new RunningProcess(
                "agent-" + rank,
                patience -> {
                  try (ClusterAccess access = access(patience)) {
                    RankAgent agent =
                        new RankAgent(
                            new AgentSettings(
                                rank,
                                TOPOLOGY,
                                FIRST,
                                folder,
                                SHAPE,
                                RankSettings.DEFAULT,
                                Duration.ofHours(1)),
                            access,
                            patience);
                    try (AgentServer server =
                        AgentServer.start(
                            ListenAddress.parse("127.0.0.1:0"),
                            Optional.empty(),
                            Optional.of(TOKEN),
                            agent)) {
                      address.complete(server.address());
                      agent.run(server.address());
                    }
                  }
                }));
    return new Listening(process, address.join());
  }

  private Listening planner(RpcClient client) {
    CompletableFuture<String> address = new CompletableFuture<>();
    RunningProcess process =
        open(
            new RunningProcess(
                "planner",
                patience -> {
                  try (ClusterAccess access = access(patience)) {
                    ElectedPlanner planner =
                        new ElectedPlanner(access, table -> builder(client), patience);
                    try (PlannerServer server =
                        PlannerServer.start(
                            ListenAddress.parse("127.0.0.1:0"),
                            Optional.empty(),
                            Optional.of(TOKEN),
                            planner)) {
                      address.complete(server.address());
                      planner.run("the planner");
                    }
                  }
                }));
    return new Listening(process, address.join());
  }

  private static ClusterRuntime.Builder builder(RpcClient client) {
    return ClusterRuntime.builder(
            EplbConfig.defaults()
                .with(Settings.DYNAMIC_EPLB, true)
                .with(Settings.HEAT_COLLECTION_INTERVAL, 20L)
                .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 200L),
            TOPOLOGY,
            EXPERT_BYTES,
            member -> AgentRequests.connection(client, RpcAddress.parse(member.address())))
        .policy(Turning::new)
        .settings(
            RuntimeSettings.defaults()
                .withBenefit(new BenefitSettings(0.0, 0.0))
                // A busy machine may plan late, for any number of times.
                .withFailureLimit(1_000))
        .reportInterval(Duration.ofMillis(5));
  }

  private RunningProcess engine(int rank, long origin) {
    double[] tokens = new double[LAYERS * TOPOLOGY.experts()];
    Arrays.fill(tokens, 10);
    StandInEngine engine =
        new StandInEngine(
            folder,
            SHAPE,
            rank,
            LoadRecording.of(1, LAYERS, TOPOLOGY.experts(), tokens),
            Duration.ofMillis(1),
            origin,
            path.resolve("logs"));
    return open(new RunningProcess("engine-" + rank, patience -> engine.serve()));
  }

  private HttpResponse<String> get(String address, String route, String token) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + route))
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private double figure(String address, String series) throws Exception {
    HttpResponse<String> answer = get(address, "/metrics", TOKEN);
    assertEquals(200, answer.statusCode());
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + answer.body()));
  }

  @Test
  void aGroupSwitchesItsTableAndItsMetricsTellSo() throws Exception {
    RpcClient client =
        open(new RpcClient(Optional.of(TOKEN), Optional.empty(), RpcClient.Limits.DEFAULT));
    List<Listening> agents = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      agents.add(agent(rank));
    }
    Listening planner = planner(client);
    for (Listening agent : agents) {
      HttpResponse<String> unready = get(agent.address(), "/health/ready", "none");
      assertEquals(503, unready.statusCode());
      assertTrue(unready.body().contains("does not serve: "), unready.body());
    }
    assertEquals(401, get(planner.address(), "/metrics", "wrong").statusCode());
    assertEquals(401, get(agents.get(0).address(), "/metrics", "wrong").statusCode());
    assertEquals("live\n", get(planner.address(), "/health/live", "none").body());

    long origin = System.nanoTime();
    List<RunningProcess> engines = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      engines.add(engine(rank, origin));
    }
    ClusterAccess watching = open(access(new Patience()));
    agents.get(0).process().await(() -> watching.find().toCompletableFuture().join().isPresent());
    CommitRecord record = watching.find().toCompletableFuture().join().orElseThrow();
    CompletableFuture<RecordEntry> third = new CompletableFuture<>();
    record.watch(
        entry -> {
          if (entry.version() >= 3) {
            third.complete(entry);
          }
        });
    planner
        .process()
        .await(() -> third.isDone() || engines.stream().anyMatch(RunningProcess::hasEnded));
    for (RunningProcess engine : engines) {
      engine.await(() -> true);
    }

    for (int rank = 0; rank < RANKS; rank++) {
      String address = agents.get(rank).address();
      String labels = "rank=\"" + rank + "\"";
      assertEquals(200, get(address, "/health/ready", "none").statusCode());
      assertEquals(1, figure(address, "eplb_agent_serving{" + labels + "}"));
      assertTrue(figure(address, "eplb_agent_next_step{" + labels + "}") > 20);
      assertTrue(
          figure(address, "eplb_agent_promises_total{answer=\"given\"," + labels + "}") >= 3);
      assertTrue(figure(address, "eplb_agent_experts_received_total{" + labels + "}") >= 6);
      assertEquals(6, figure(address, "eplb_agent_buffers{" + labels + "}"));
      assertEquals(1, figure(address, "eplb_agent_connection{" + labels + ",state=\"connected\"}"));
    }
    assertEquals(200, get(planner.address(), "/health/ready", "none").statusCode());
    assertEquals(1, figure(planner.address(), "eplb_planner_leads"));
    assertEquals(1, figure(planner.address(), "eplb_planner_epoch"));
    assertEquals(RANKS, figure(planner.address(), "eplb_planner_ranks_present"));
    assertTrue(figure(planner.address(), "eplb_planner_version") >= 2);

    assertInstanceOf(EndedException.class, planner.process().end());
    for (Listening agent : agents) {
      assertInstanceOf(EndedException.class, agent.process().end());
    }
    for (int rank = 0; rank < RANKS; rank++) {
      assertInstanceOf(InterruptedException.class, engines.get(rank).interrupt());
    }
    StepLogCheck.Result served = StepLogCheck.check(path.resolve("logs"), RANKS, List.of());
    assertEquals(List.of(), served.faults());
    assertTrue(served.versions() >= 3);
  }
}
