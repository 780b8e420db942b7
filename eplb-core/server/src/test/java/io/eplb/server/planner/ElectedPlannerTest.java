package io.eplb.server.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.Leader;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.runtime.ClusterRuntime;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.LocalCluster;
import io.eplb.server.cluster.LogLines;
import io.eplb.server.cluster.RunningProcess;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Planners in a group whose ranks are all away: they lead, and plan nothing. */
class ElectedPlannerTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(4, 2, 1, 1, 2);
  private static final ExpertTable FIRST = ExpertTable.initial(2, TOPOLOGY);

  private final LocalCluster cluster = new LocalCluster();
  private final Deque<RunningProcess> started = new ArrayDeque<>();
  private volatile Optional<Leader> leader = Optional.empty();
  private LogLines log;

  private record Running(
      ElectedPlanner planner, RunningProcess process, LocalCluster.Access access) {
    long epoch() {
      return planner.figures().leading().map(state -> state.epoch()).orElse(-1L);
    }
  }

  @BeforeEach
  void open() {
    log = new LogLines();
    cluster
        .group()
        .listen(
            new GroupListener() {
              @Override
              public void leader(Optional<Leader> now) {
                leader = now;
              }
            });
  }

  @AfterEach
  void close() {
    started.forEach(RunningProcess::close);
    cluster.close();
    log.close();
  }

  private Running start(String address) {
    return start(address, EplbConfig.defaults());
  }

  private Running start(String address, EplbConfig config) {
    LocalCluster.Access access = cluster.access();
    CompletableFuture<ElectedPlanner> made = new CompletableFuture<>();
    RunningProcess process =
        new RunningProcess(
            address,
            patience -> {
              ElectedPlanner planner =
                  new ElectedPlanner(
                      access,
                      table ->
                          ClusterRuntime.builder(
                              config,
                              TOPOLOGY,
                              64,
                              member -> {
                                throw new AssertionError("there is no rank");
                              }),
                      patience);
              made.complete(planner);
              planner.run(address);
            });
    started.push(process);
    return new Running(made.join(), process, access);
  }

  private Running startLeading(String address) throws InterruptedException {
    Running planner = start(address);
    planner.process().await(() -> planner.epoch() > 0);
    return planner;
  }

  @Test
  void aPlannerThatIsElectedWaitsForTheRecordAndTakesItOver() throws Exception {
    Running planner = start("first");
    planner.process().await(() -> leader.isPresent());
    assertEquals("first", leader.orElseThrow().address());
    assertEquals(Optional.empty(), planner.planner().figures().leading());
    CommitRecord record = cluster.create(FIRST);
    planner.process().await(() -> planner.epoch() == 1);
    assertEquals(1, record.latest().epoch());
    assertEquals(List.of(0, 1), planner.planner().figures().leading().orElseThrow().away());
    assertEquals(
        List.of("INFO the planner stands for election", "INFO the planner leads with epoch 1"),
        log.all().subList(0, 2));
  }

  @Test
  void anotherPlannerStandsByUntilTheFirstEnds() throws Exception {
    cluster.create(FIRST);
    Running first = startLeading("first");
    Running second = start("second");
    assertEquals(Optional.empty(), second.planner().figures().leading());
    assertEquals(Optional.empty(), second.planner().whyUnready());
    assertInstanceOf(EndedException.class, first.process().end());
    second.process().await(() -> second.epoch() == 2);
    assertEquals("second", leader.orElseThrow().address());
    assertEquals(Optional.empty(), first.planner().figures().leading());
  }

  @Test
  void aDeposedPlannerStandsAgainUntilNoGreaterEpochIsInTheRecord() throws Exception {
    CommitRecord record = cluster.create(FIRST);
    Running planner = startLeading("first");
    record.takeOver(5);
    planner.process().await(() -> planner.epoch() == 5);
    assertEquals(5, leader.orElseThrow().epoch(), "epochs 2 to 4 were elected and deposed");
    assertTrue(
        log.all()
            .contains("INFO the planner of epoch 1 ends: the planner of epoch 5 has taken over"),
        log.all().toString());
  }

  @Test
  void aPlannerWhoseSessionHasExpiredStandsAnew() throws Exception {
    cluster.create(FIRST);
    Running planner = startLeading("first");
    planner.access().expire();
    planner.process().await(() -> planner.epoch() == 2);
    assertTrue(
        log.all().contains("INFO the planner of epoch 1 ends: the leadership of epoch 1 is lost"),
        log.all().toString());
  }

  @Test
  void aRecordThatDoesNotAnswerIsAskedUntilItDoes() throws Exception {
    cluster.create(FIRST);
    cluster.failNextRequests(10);
    Running planner = startLeading("first");
    assertEquals(1, planner.epoch());
    assertEquals(0, cluster.failuresToCome());
  }

  @Test
  void aPlannerThatCannotReachItsGroupIsNotReady() throws Exception {
    cluster.create(FIRST);
    Running planner = startLeading("first");
    planner.access().connection(Connection.SUSPENDED);
    assertEquals(
        Optional.of("the planner's group is out of reach; the ranks serve on"),
        planner.planner().whyUnready());
    assertEquals(Connection.SUSPENDED, planner.planner().figures().connection());
    assertEquals(1, planner.epoch(), "it leads on: the connection may come back");
    planner.access().connection(Connection.CONNECTED);
    assertEquals(Optional.empty(), planner.planner().whyUnready());
  }

  @Test
  void aConfigurationThatDoesNotFitEndsThePlanner() throws Exception {
    cluster.create(FIRST);
    Running planner =
        start("first", EplbConfig.defaults().with(Settings.MEASURE_RANK_SPEEDS, true));
    String refused = planner.process().awaitRefusal();
    assertTrue(refused.contains("give topology.rank_speed instead"), refused);
    planner.process().close();
    Running next = startLeading("second");
    assertEquals(2, next.epoch(), "the first one has resigned");
  }

  @Test
  void aRecordOfAnotherShapeEndsThePlanner() throws Exception {
    cluster.create(ExpertTable.initial(2, EpTopology.withRedundantExperts(4, 4, 1, 1, 4)));
    String refused = start("first").process().awaitRefusal();
    assertTrue(refused.contains("they must agree"), refused);
  }

  @Test
  void aPlannerEndsWhereverItIs() throws Exception {
    Running waiting = start("first");
    waiting.process().await(() -> leader.isPresent());
    Running standing = start("second");
    assertInstanceOf(EndedException.class, standing.process().end());
    assertInstanceOf(EndedException.class, waiting.process().end());
    cluster.create(FIRST);
    Running leading = startLeading("third");
    assertInstanceOf(EndedException.class, leading.process().end());
    assertEquals(Optional.empty(), leading.planner().figures().leading());
    startLeading("fourth");
  }
}
