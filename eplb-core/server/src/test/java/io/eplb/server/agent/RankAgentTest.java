package io.eplb.server.agent;

import static io.eplb.server.agent.AgentRig.ADDRESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.Member;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.runtime.RankConnection;
import io.eplb.core.runtime.RankLoads;
import io.eplb.core.update.promise.RankFigures;
import io.eplb.core.update.promise.RankGate.Phase;
import io.eplb.core.update.promise.RankLink;
import io.eplb.server.agent.AgentRig.Running;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.LocalCluster;
import io.eplb.server.cluster.LogLines;
import io.eplb.server.observe.AgentFigures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent from start to start of its engine, in a group of one rank that has a record. */
class RankAgentTest {
  @TempDir Path path;

  private AgentRig rig;
  private LogLines log;

  @BeforeEach
  void open() {
    rig = new AgentRig(path.resolve("shared"), 1);
    log = new LogLines();
  }

  @AfterEach
  void close() {
    rig.close();
    log.close();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private RankLink.Joined join(Running agent, long version) {
    return get(agent.agent().rank().link().join(1, 1, version));
  }

  @Test
  void anEngineGetsTheRecordsTableAndItsRankBecomesAMember() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    Member member = rig.cluster.members().get(0);
    assertEquals(
        List.of(0, 1, engine.gate.incarnation(), ADDRESS),
        List.of(member.rank(), member.worldSize(), member.incarnation(), member.address()));
    engine.counts.record(rig.first, 1, 1, 5);
    engine.step();
    engine.step();
    RankConnection rank = agent.agent().rank();
    assertEquals(2, get(rank.measures().steps()).phases().get(0).ended());
    RankLoads loads = get(rank.measures().loads());
    assertEquals(engine.gate.incarnation(), loads.incarnation());
    assertEquals(5, loads.loads().get(0).tokens().tokens(0, 1, 1));
    assertEquals(2, join(agent, 0).nextStep());
    assertEquals(
        List.of(
            "INFO rank 0 waits for its engine in " + rig.folder.path(),
            "INFO rank 0: its engine loads version 0, to begin with step 0",
            "INFO rank 0 serves version 0 from step 0 on"),
        log.all());
  }

  @Test
  void aSwitchIsPromisedCarriedOutAndCounted() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    RankLink rank = agent.agent().rank().link();
    OneSwitch planner = new OneSwitch(rig.first, 1, engine.gate.incarnation()).prepare(rank);
    assertEquals(3, serving(agent).side().buffersInUse());
    engine.step();
    assertFalse(planner.promise(rank, 0), "step 0 has begun");
    assertTrue(planner.promise(rank, 3));
    assertEquals(Phase.PROMISED, serving(agent).gate().phase());
    planner.propose(record).commit(record, 3);
    agent.process().await(() -> serving(agent).gate().phase() == Phase.COMMITTED);
    CompletionStage<Void> switched = planner.switched(rank);
    assertEquals(0, engine.step().version());
    assertEquals(0, engine.step().version());
    assertEquals(1, engine.step().version());
    get(switched);
    engine.weights.verify(engine.table());
    assertEquals(1, serving(agent).gate().version());
    assertEquals(4, serving(agent).gate().nextStep());
    RankFigures side = serving(agent).side();
    assertEquals(
        List.of(1L, 1L, 3L),
        List.of(side.promisesGiven(), side.promisesRefused(), side.expertsReceived()));
    agent.process().await(() -> serving(agent).side().buffersInUse() == 0);
    agent.process().await(() -> log.all().contains("INFO rank 0 serves version 1 from step 3 on"));
  }

  private static AgentFigures.Serving serving(Running agent) {
    return agent.agent().figures().serving().orElseThrow();
  }

  @Test
  void anAgentThatRestartsBesideItsEngineKeepsThePromiseOfTheOneBefore() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running before = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, before);
    RankLink rank = before.agent().rank().link();
    OneSwitch planner = new OneSwitch(rig.first, 1, engine.gate.incarnation()).prepare(rank);
    planner.propose(record);
    assertTrue(planner.promise(rank, 1));
    assertInstanceOf(EndedException.class, before.process().end());
    planner.commit(record, 1);
    engine.step();
    assertFalse(engine.tryStep(), "nobody has told the gate");
    Running after = rig.startAgent(0).awaitServing(rig.cluster);
    after.process().await(engine::tryStep);
    assertEquals(1, engine.table().version());
    engine.weights.verify(engine.table());
    get(planner.switched(after.agent().rank().link()));
  }

  @Test
  void aPromiseThatNobodyDecidesIsVoidedAtItsFence() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    RankLink rank = agent.agent().rank().link();
    OneSwitch planner = new OneSwitch(rig.first, 1, engine.gate.incarnation()).prepare(rank);
    planner.propose(record);
    assertTrue(planner.promise(rank, 1));
    engine.step();
    agent.process().await(engine::tryStep);
    assertEquals(0, engine.table().version());
    assertEquals(RecordEntry.State.SETTLED, record.latest().state());
    agent
        .process()
        .await(
            () ->
                log.all().contains("INFO rank 0 serves version 0 on: switch 1 of epoch 1 is void"));
  }

  @Test
  void anEngineThatStartsAnewGetsTheRecordsTableAfterItsOwnStepsAndTheFence() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine first = rig.startServing(0, agent);
    RankLink rank = agent.agent().rank().link();
    OneSwitch planner = new OneSwitch(rig.first, 1, first.gate.incarnation()).prepare(rank);
    planner.propose(record);
    assertTrue(planner.promise(rank, 100));
    first.step();
    planner.commit(record, 100);
    first.close();
    HandDrivenEngine second = rig.startServing(0, agent.awaitServing(rig.cluster));
    agent.awaitServing(rig.cluster);
    assertNotEquals(first.gate.incarnation(), second.gate.incarnation());
    assertEquals(100, second.nextStep());
    assertEquals(1, second.step().version());
    second.weights.verify(second.table());
    second.close();
    HandDrivenEngine third = rig.startServing(0, agent);
    assertEquals(101, third.nextStep());
    agent.awaitServing(rig.cluster);
    assertEquals(1, rig.cluster.members().size());
  }

  @Test
  void whatAnEarlierStartHasPromisedIsDecidedBeforeTheEngineGetsItsTable() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine first = rig.startServing(0, agent);
    RankLink rank = agent.agent().rank().link();
    OneSwitch planner = new OneSwitch(rig.first, 1, first.gate.incarnation()).prepare(rank);
    planner.propose(record);
    assertTrue(planner.promise(rank, 100));
    first.close();
    rig.startServing(0, agent);
    planner.commit(record, 100);
    assertEquals(0, record.latest().version(), "the switch is void");
    assertEquals(RecordEntry.State.SETTLED, record.latest().state());
  }

  @Test
  void aRecordThatDoesNotAnswerIsAskedUntilItDoes() throws Exception {
    rig.cluster.create(rig.first);
    rig.cluster.failNextRequests(20);
    Running agent = rig.startAgent(0);
    rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    assertEquals(0, rig.cluster.failuresToCome());
    assertTrue(
        log.all()
            .containsAll(
                List.of(
                    "WARN finding the record is tried again: the record did not answer",
                    "INFO finding the record has succeeded")),
        log.all().toString());
  }

  @Test
  void aRankWhoseSessionHasExpiredJoinsAnewAndItsEngineServesOn() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    Member before = rig.cluster.members().get(0);
    agent.access().expire();
    agent
        .process()
        .await(
            () ->
                rig.cluster.members().size() == 1
                    && rig.cluster.members().get(0).id() != before.id());
    assertEquals(before.incarnation(), rig.cluster.members().get(0).incarnation());
    engine.step();
    assertEquals(1, join(agent, 0).nextStep());
    assertTrue(
        log.all()
            .contains("WARN the group has given this process up, which joins again when it can"));
  }

  @Test
  void aConnectionThatIsSuspendedChangesNothing() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    agent.access().connection(Connection.SUSPENDED);
    assertEquals(Connection.SUSPENDED, agent.agent().figures().connection());
    engine.step();
    assertEquals(1, join(agent, 0).nextStep());
    assertEquals(Optional.empty(), agent.agent().whyUnserved());
    agent.access().connection(Connection.CONNECTED);
    assertEquals(Connection.CONNECTED, agent.agent().figures().connection());
  }

  @Test
  void aRankThatHasMissedACommitIsFencedAndServesAgainAfterARestart() throws Exception {
    CommitRecord record = rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    new OneSwitch(rig.first, 1, engine.gate.incarnation()).propose(record).commit(record, 9);
    String reason =
        "rank 0 is at version 0, version 1 is in force; it must restart from the record";
    agent.process().await(() -> agent.agent().whyUnserved().isPresent());
    InternalException broken = assertThrows(InternalException.class, engine::step);
    assertEquals(reason, broken.getMessage());
    agent.process().await(() -> log.all().contains("WARN rank 0 serves no more: " + reason));
    engine.close();
    assertEquals(1, rig.startServing(0, agent).step().version());
  }

  @Test
  void anEngineThatEndsIsNamedAsTheReason() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    engine.close();
    agent
        .process()
        .await(() -> log.all().contains("WARN rank 0 serves no more: its engine has ended"));
    agent.process().await(() -> rig.cluster.members().isEmpty());
    String reason = "rank 0 does not serve: its engine has not started in " + rig.folder.path();
    agent.process().await(() -> agent.agent().whyUnserved().equals(Optional.of(reason)));
  }

  @Test
  void anEngineThatDiesWhileItLoadsIsWaitedFor() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine first = rig.startEngine(0);
    agent.process().await(first::hasTable);
    assertEquals(
        "rank 0 does not serve: its engine loads its experts",
        agent.agent().whyUnserved().orElseThrow());
    first.close();
    rig.startServing(0, agent);
  }

  @Test
  void requestsToARankThatDoesNotServeAreRefusedWithTheReason() throws Exception {
    Running agent = rig.startAgent(0);
    String reason = "rank 0 does not serve: its engine has not started in " + rig.folder.path();
    agent.process().await(() -> agent.agent().whyUnserved().equals(Optional.of(reason)));
    assertEquals(
        reason, assertThrows(IllegalStateException.class, agent.agent()::rank).getMessage());
    assertEquals(Optional.empty(), agent.agent().figures().serving());
  }

  @Test
  void aSecondAgentOfARankIsRefused() throws Exception {
    rig.cluster.create(rig.first);
    Running first = rig.startAgent(0);
    rig.startServing(0, first);
    first.awaitServing(rig.cluster);
    assertEquals(
        "the agent of rank 0 is running already and holds %s; end it first"
            .formatted(rig.folder.agentLock(0)),
        rig.startAgent(0).process().awaitRefusal());
    join(first, 0);
  }

  @Test
  void anAgentThatEndsLeavesTheGroupAndItsEngineServesOn() throws Exception {
    rig.cluster.create(rig.first);
    Running agent = rig.startAgent(0);
    HandDrivenEngine engine = rig.startServing(0, agent);
    agent.awaitServing(rig.cluster);
    RankLink rank = agent.agent().rank().link();
    assertInstanceOf(EndedException.class, agent.process().end());
    assertEquals(List.of(), membersAfter(rig.cluster));
    assertEquals(0, engine.step().version());
    assertThrows(CompletionException.class, () -> get(rank.join(1, 1, 0)));
    Running next = rig.startAgent(0).awaitServing(rig.cluster);
    assertEquals(1, join(next, 0).nextStep());
  }

  /** Returns the members when what was asked of the group before has been done. */
  private static List<Member> membersAfter(LocalCluster cluster) {
    get(cluster.group().join(0, 1, 1, ADDRESS)).close();
    get(cluster.group().join(0, 1, 2, ADDRESS)).close();
    return cluster.members().stream().filter(member -> member.incarnation() > 2).toList();
  }

  @Test
  void anAgentEndsWhileItWaitsForItsEngineOrItsRecord() throws Exception {
    assertInstanceOf(EndedException.class, rig.startAgent(0).process().end());
    Running waiting = rig.startAgent(0);
    rig.cluster.failNextRequests(Integer.MAX_VALUE);
    rig.startEngine(0);
    waiting
        .process()
        .await(
            () ->
                log.all()
                    .contains("WARN finding the record is tried again: the record did not answer"));
    assertEquals(
        "rank 0 does not serve: the group's record is not there",
        waiting.agent().whyUnserved().orElseThrow());
    assertInstanceOf(EndedException.class, waiting.process().end());
  }

  @Test
  void aFileOfAnotherEngineIsNamed() throws Exception {
    rig.cluster.create(rig.first);
    HandDrivenEngine engine = rig.startEngine(0);
    Files.write(rig.folder.tokens(0), new byte[] {1, 2, 3});
    String refused = rig.startAgent(0).process().awaitRefusal();
    assertTrue(refused.contains(rig.folder.tokens(0).toString()), refused);
    assertFalse(engine.hasTable());
  }

  @Test
  void aRecordOfAnotherShapeIsRefused() throws Exception {
    rig.cluster.create(ExpertTable.initial(1, rig.topology));
    Running agent = rig.startAgent(0);
    rig.startEngine(0);
    String refused = agent.process().awaitRefusal();
    assertTrue(refused.contains("a group needs a path of its own there"), refused);
  }
}
