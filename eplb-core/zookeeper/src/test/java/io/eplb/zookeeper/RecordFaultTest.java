package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.answered;
import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static io.eplb.zookeeper.Done.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordUnavailableException;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.zookeeper.TcpProxy.Way;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record after a process or a connection has failed on the way. */
class RecordFaultTest {
  private static final SwitchName FIRST_SWITCH = new SwitchName(1, 1);

  private final Random random = new Random(7);
  private final ExpertTable first = Tables.FIRST;
  private final ExpertTable next = Tables.next(first, random, 1, 2);

  @TempDir private Path data;
  private OneServer server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws Exception {
    server = new OneServer(data);
    proxy = new TcpProxy(server.port());
  }

  @AfterEach
  void stop() {
    server.close();
    proxy.close();
  }

  @Test
  void aPausedPlannerThatIsDeposedWritesNeitherRowsNorDecision() throws Exception {
    CommitRecord paused = create(server.connect(proxy));
    done(paused.takeOver(1));
    done(paused.propose(FIRST_SWITCH, List.of(1, 2)));
    proxy.hold(Way.TO_SERVER);
    CompletionStage<RecordEntry> late = commit(paused, FIRST_SWITCH, next);

    CommitRecord successor = find(server.connect());
    RecordEntry taken = done(successor.takeOver(2));
    proxy.pass();

    assertEquals(taken, done(late));
    assertEquals(taken, done(successor.read()));
    assertEquals(List.of("0"), versions());
    assertEquals(first, done(successor.table()).table());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsOfAPlannerThatDiedBeforeItsDecisionAreNobodys(boolean sameVersionAgain)
      throws Exception {
    ZooKeeperConnection dying = server.connect();
    CommitRecord record = create(dying);
    done(record.takeOver(1));
    done(record.propose(FIRST_SWITCH, List.of(1, 2)));
    writeRowsOnly(dying, List.of(1, 2), next);
    dying.close();
    assertEquals(List.of("0", "1"), versions());

    CommitRecord successor = find(server.connect());
    done(successor.takeOver(2));

    assertEquals(first, done(successor.table()).table());
    if (sameVersionAgain) {
      ExpertTable other = Tables.next(first, random, 2, 5);
      SwitchName name = new SwitchName(2, 1);
      done(successor.propose(name, List.of(2, 5)));
      assertTrue(done(commit(successor, name, other)).isCommitted(name));
      assertEquals(other, done(successor.table()).table());
      assertEquals(List.of("2", "5"), names("rows/1"));
    }
  }

  @Test
  void aDeposedPlannerCannotWriteASingleRow() throws Exception {
    ZooKeeperConnection deposed = server.connect();
    CommitRecord record = create(deposed);
    done(record.takeOver(1));
    done(record.propose(FIRST_SWITCH, List.of(1)));
    int writes = done(new RecordNode(deposed).read()).writes();
    done(find(server.connect()).takeOver(2));

    Throwable refused = failure(rows(deposed).write(writes, 1, List.of(1), next.placement()));

    assertTrue(Requests.isCode(refused, Code.BADVERSION), refused.toString());
    assertEquals(List.of("0"), versions());
  }

  @Test
  void aDecisionWhoseAnswerIsLostIsToldToTheRepeatedRequest() throws Exception {
    CommitRecord record = create(server.connect(proxy));
    done(record.takeOver(1));
    done(record.propose(FIRST_SWITCH, List.of(1, 2)));
    CommitRecord other = find(server.connect());
    BlockingQueue<RecordEntry> heard = new LinkedBlockingQueue<>();
    other.watch(heard::add);
    RecordEntry committed = done(commit(record, FIRST_SWITCH, next));
    SwitchName second = new SwitchName(1, 2);
    proxy.hold(Way.TO_CLIENT);
    CompletionStage<RecordEntry> unknown = record.propose(second, List.of(3));
    RecordEntry seen = heard.poll(Done.FAILURE_SECONDS, TimeUnit.SECONDS);
    while (seen != null && !seen.isProposed(second)) {
      seen = heard.poll(Done.FAILURE_SECONDS, TimeUnit.SECONDS);
    }
    proxy.cut();
    proxy.pass();

    assertInstanceOf(RecordUnavailableException.class, failure(unknown));
    assertTrue(answered(() -> record.propose(second, List.of(3))).isProposed(second));
    assertEquals(committed.version(), other.latest().version());
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aConnectionThatLosesOneWayIsUnknownAndComesBack(Way way) throws Exception {
    ZooKeeperConnection connection =
        server.connect(
            ZooKeeperSettings.parse(proxy.address() + "/test")
                .withSessionTimeout(Duration.ofSeconds(2)));
    CommitRecord record = create(connection);
    done(record.takeOver(1));
    proxy.hold(way);

    assertInstanceOf(
        RecordUnavailableException.class, failure(record.propose(FIRST_SWITCH, List.of(1, 2))));
    proxy.pass();

    assertTrue(
        answered(() -> record.propose(FIRST_SWITCH, List.of(1, 2))).isProposed(FIRST_SWITCH));
    assertTrue(answered(() -> commit(record, FIRST_SWITCH, next)).isCommitted(FIRST_SWITCH));
    assertEquals(next, done(find(server.connect()).table()).table());
  }

  /** The phases of a switch. */
  private enum Phase {
    TAKEN_OVER,
    PROPOSED,
    COMMITTING,
    COMMITTED
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void aSessionThatExpiresInAnyPhaseChangesNoOutcome(Phase phase) throws Exception {
    ZooKeeperConnection connection = server.connect();
    CommitRecord record = create(connection);
    done(record.takeOver(1));
    if (phase.compareTo(Phase.PROPOSED) >= 0) {
      done(record.propose(FIRST_SWITCH, List.of(1, 2)));
    }
    CompletionStage<RecordEntry> underWay =
        phase.compareTo(Phase.COMMITTING) >= 0
            ? commit(record, FIRST_SWITCH, next)
            : CompletableFuture.completedFuture(record.latest());
    if (phase == Phase.COMMITTED) {
      done(underWay);
    }

    server.expire(connection);

    assertEquals(
        FIRST_SWITCH, answered(() -> record.propose(FIRST_SWITCH, List.of(1, 2))).lastSwitch());
    assertTrue(answered(() -> commit(record, FIRST_SWITCH, next)).isCommitted(FIRST_SWITCH));
    assertEquals(next, done(record.table()).table());
  }

  @Test
  void aWatchHearsWhatHappenedWhileItsConnectionOrSessionWasGone() throws Exception {
    ZooKeeperConnection connection = server.connect(proxy);
    CommitRecord watching = create(connection);
    BlockingQueue<RecordEntry> heard = new LinkedBlockingQueue<>();
    watching.watch(heard::add);
    CommitRecord planner = find(server.connect());

    proxy.hold(Way.TO_SERVER, Way.TO_CLIENT);
    RecordEntry missed = done(planner.takeOver(1));
    proxy.cut();
    proxy.pass();
    assertEquals(missed, heard.poll(Done.FAILURE_SECONDS, TimeUnit.SECONDS));

    server.expire(connection);
    RecordEntry second = done(planner.takeOver(2));
    assertEquals(second, heard.poll(Done.FAILURE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void replacedRowsAreRemovedAndNoReaderMissesThem() throws Exception {
    CommitRecord record = create(server.connect());
    CommitRecord reader = find(server.connect());
    done(record.takeOver(1));
    ExpertTable table = first;
    List<CompletionStage<CommitRecord.RecordedTable>> reads = new ArrayList<>();
    for (int number = 1; number <= 40; number++) {
      SwitchName name = new SwitchName(1, number);
      int layer = random.nextInt(Tables.LAYERS);
      table = Tables.next(table, random, layer);
      reads.add(reader.table());
      done(record.propose(name, List.of(layer)));
      ExpertTable committed = table;
      done(record.commit(name, committed.placement(), number, Tables.digest(committed)));
      reads.add(reader.table());
    }
    for (CompletionStage<CommitRecord.RecordedTable> read : reads) {
      CommitRecord.RecordedTable seen = done(read);
      assertEquals(seen.entry().version(), seen.table().version());
      assertEquals(seen.entry().digest(), Tables.digest(seen.table()));
    }
    ZooKeeperConnection connection = server.connect();
    done(rows(connection).removeReplaced(table.version()));
    int left = 0;
    for (String version : versions()) {
      left += names("rows/" + version).size();
    }
    assertEquals(Tables.LAYERS, left);
    assertEquals(table, done(reader.table()).table());
  }

  @RepeatedTest(5)
  void manyProcessesCreateOneRecord() throws Exception {
    List<CompletionStage<ZooKeeperCommitRecord>> created = new ArrayList<>();
    for (int process = 0; process < 8; process++) {
      created.add(ZooKeeperCommitRecord.create(server.connect(), first));
    }
    for (CompletionStage<ZooKeeperCommitRecord> record : created) {
      assertEquals(first, done(done(record).table()).table());
    }
  }

  @Test
  void aCreatorThatDiedOnTheWayIsHelpedOut() throws Exception {
    ZooKeeperConnection dying = server.connect();
    RecordNode node = new RecordNode(dying);
    done(
        node.ensure(
            new RecordContent(
                RecordEntry.first(first.version(), Tables.digest(first)),
                TableShape.of(first),
                true)));
    assertTrue(done(ZooKeeperCommitRecord.find(dying)).isEmpty());
    dying.close();

    assertEquals(first, done(create(server.connect()).table()).table());
  }

  @Test
  void aRecordOfAnotherTableIsRefusedWithBothDigests() throws Exception {
    create(server.connect());

    Throwable refused = failure(ZooKeeperCommitRecord.create(server.connect(), next));

    assertInstanceOf(InvalidInputException.class, refused);
    assertTrue(message(refused).contains(Tables.digest(first)), message(refused));
    assertTrue(message(refused).contains(Tables.digest(next)), message(refused));
  }

  @Test
  void damagedZnodesAreNamed() throws Exception {
    CommitRecord record = create(server.connect());
    ZooKeeperConnection vandal = server.connect();
    String row = vandal.path("rows/0/3");
    byte[] intact = done(vandal.requests().get(row)).content();

    done(vandal.requests().set(row, "damaged".getBytes(StandardCharsets.UTF_8), -1));
    assertTrue(message(failure(record.table())).startsWith(row + " is damaged"));
    assertFalse(Arrays.equals(intact, rowOf(next)));
    done(vandal.requests().set(row, rowOf(next), -1));
    assertTrue(message(failure(record.table())).contains("have the digest"));
    done(vandal.requests().delete(row));
    assertInstanceOf(RecordUnavailableException.class, failure(record.table()));
    done(vandal.requests().ensure(row));
    done(vandal.requests().set(row, intact, -1));
    assertEquals(first, done(record.table()).table());

    server.create("rows/not-a-version", "");
    assertTrue(message(failure(record.table())).contains("/rows/not-a-version is not of EPLB"));
    done(
        vandal
            .requests()
            .set(vandal.path("record"), "damaged".getBytes(StandardCharsets.UTF_8), -1));
    assertTrue(message(failure(record.read())).contains("is no record of EPLB"));
  }

  @Test
  void aSwitchThatDoesNotFitTheTableIsRefused() throws Exception {
    CommitRecord record = create(server.connect());
    done(record.takeOver(1));

    assertInstanceOf(
        InvalidInputException.class, failure(record.propose(FIRST_SWITCH, List.of(Tables.LAYERS))));
    ExpertTable another = ExpertTable.initial(Tables.LAYERS, EpTopology.of(8, 2, 1, 1, 6));
    assertThrows(
        InvalidInputException.class,
        () -> record.commit(FIRST_SWITCH, another.placement(), 1, "d"));
  }

  @Test
  void aClosedConnectionIsUnavailable() throws Exception {
    ZooKeeperConnection connection = server.connect();
    CommitRecord record = create(connection);
    connection.close();

    assertInstanceOf(RecordUnavailableException.class, failure(record.read()));
    assertInstanceOf(RecordUnavailableException.class, failure(record.takeOver(1)));
    record.close();
  }

  @Test
  void noZnodeOfAThousandRanksIsLarge() throws Exception {
    ExpertTable large = ExpertTable.initial(2, EpTopology.of(256, 1_024, 1, 1, 16));
    int[] keys = random.ints(large.physicalExperts(), 0, large.physicalExperts()).toArray();
    ExpertTable ordered =
        large.withLayers(
            large.version() + 1,
            new int[] {0},
            Placement.builder(large).setReplicaOrder(0, keys, 0).build());
    CommitRecord record = done(ZooKeeperCommitRecord.create(server.connect(), large));
    done(record.takeOver(1));
    done(record.propose(FIRST_SWITCH, List.of(0)));
    done(commit(record, FIRST_SWITCH, ordered));

    assertEquals(ordered, done(record.table()).table());
    assertTrue(server.largestZnode() <= 64 * 1024, server.largestZnode() + " bytes");
  }

  private static CompletionStage<RecordEntry> commit(
      CommitRecord record, SwitchName name, ExpertTable table) {
    return record.commit(name, table.placement(), 100, Tables.digest(table));
  }

  private static byte[] rowOf(ExpertTable table) {
    return LayerRow.of(table.placement(), 1).toBytes();
  }

  private static void writeRowsOnly(
      ZooKeeperConnection connection, List<Integer> layers, ExpertTable table) throws Exception {
    int writes = done(new RecordNode(connection).read()).writes();
    done(rows(connection).write(writes, table.version(), layers, table.placement()));
  }

  private static RowStore rows(ZooKeeperConnection connection) {
    return new RowStore(connection.requests(), connection.path("record"), connection.path("rows"));
  }

  private List<String> versions() throws Exception {
    return names("rows");
  }

  private List<String> names(String below) throws Exception {
    ZooKeeperConnection connection = server.connect();
    return done(connection.requests().children(connection.path(below))).stream().sorted().toList();
  }

  private CommitRecord create(ZooKeeperConnection connection) throws Exception {
    return done(ZooKeeperCommitRecord.create(connection, first));
  }

  private static CommitRecord find(ZooKeeperConnection connection) throws Exception {
    return done(ZooKeeperCommitRecord.find(connection)).orElseThrow();
  }
}
