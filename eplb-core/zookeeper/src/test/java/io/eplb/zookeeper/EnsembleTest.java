package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.answered;
import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordUnavailableException;
import io.eplb.core.record.SwitchName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record and the group while servers of an ensemble of three come and go. */
class EnsembleTest {
  @TempDir private static Path data;
  private static Ensemble ensemble;

  @BeforeAll
  static void start() throws Exception {
    ensemble = new Ensemble(data);
  }

  @AfterAll
  static void stop() {
    ensemble.close();
  }

  @Test
  void eachServerInTurnIsStoppedAndStartedWithoutAnOutcomeThatIsLost() throws Exception {
    try (ZooKeeperConnection connection =
            connect("/turns", ZooKeeperSettings.DEFAULT_SESSION_TIMEOUT);
        ZooKeeperConnection reading =
            connect("/turns", ZooKeeperSettings.DEFAULT_SESSION_TIMEOUT)) {
      CommitRecord record = done(ZooKeeperCommitRecord.create(connection, Tables.FIRST));
      CommitRecord reader = done(ZooKeeperCommitRecord.find(reading)).orElseThrow();
      RankGroup group = done(ZooKeeperRankGroup.open(connection));
      GroupMember member = done(group.join(0, 1, 1, ""));
      answered(() -> record.takeOver(1));
      ExpertTable table = Tables.FIRST;
      Random random = new Random(1);
      long number = 0;
      // One of the three is the leader.
      for (int server = 0; server < ensemble.size(); server++) {
        ensemble.stop(server);
        table = commit(record, ++number, table, random);
        ensemble.restart(server);
        table = commit(record, ++number, table, random);
        answered(reader::read);
        assertEquals(table, done(reader.table()).table(), "after server " + server);
      }
      assertTrue(!member.left().toCompletableFuture().isDone(), "the session lived on");
    }
  }

  @Test
  void withoutAQuorumEverythingIsUnknownAndNothingIsLost() throws Exception {
    try (ZooKeeperConnection connection = connect("/quorum", Duration.ofSeconds(2))) {
      CommitRecord record = done(ZooKeeperCommitRecord.create(connection, Tables.FIRST));
      Events events = Events.of(done(ZooKeeperRankGroup.open(connection)));
      answered(() -> record.takeOver(1));
      ensemble.stop(0);
      ensemble.stop(1);
      events.await(log -> log.connections().contains(Connection.SUSPENDED));

      SwitchName name = new SwitchName(1, 1);
      assertInstanceOf(RecordUnavailableException.class, failure(record.propose(name, List.of(1))));

      ensemble.restart(0);
      ensemble.restart(1);
      answered(() -> record.propose(name, List.of(1)));
      assertTrue(answered(record::read).isProposed(name));
      assertEquals(Tables.FIRST, done(record.table()).table());
    }
  }

  private static ExpertTable commit(
      CommitRecord record, long number, ExpertTable table, Random random) throws Exception {
    SwitchName name = new SwitchName(1, number);
    int layer = random.nextInt(Tables.LAYERS);
    ExpertTable next = Tables.next(table, random, layer);
    answered(() -> record.propose(name, List.of(layer)));
    assertTrue(
        answered(() -> record.commit(name, next.placement(), number, Tables.digest(next)))
            .isCommitted(name));
    return next;
  }

  private static ZooKeeperConnection connect(String chroot, Duration session) throws Exception {
    return done(
        ZooKeeperConnection.open(
            ZooKeeperSettings.parse(ensemble.servers() + chroot).withSessionTimeout(session)));
  }
}
