package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static io.eplb.zookeeper.Done.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.RecordUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Znodes of a process with credentials are for those credentials alone. */
class ZooKeeperAccessTest {
  @TempDir private Path data;

  @Test
  void nobodyElseReadsOrWritesAnyZnode() throws Exception {
    try (OneServer server = new OneServer(data)) {
      ZooKeeperSettings settings =
          ZooKeeperSettings.parse("localhost:" + server.port() + "/own/group");
      ZooKeeperConnection owner = server.connect(settings.withCredentials(credentials("a:b")));
      ZooKeeperCommitRecord record = done(ZooKeeperCommitRecord.create(owner, Tables.FIRST));
      done(record.takeOver(1));
      RankGroup group = server.group(owner);
      GroupMember member = done(group.join(0, 1, 1, ""));
      done(group.stand("p").elected());
      done(member.gather("g", new byte[5], Duration.ofSeconds(Done.FAILURE_SECONDS)));

      ZooKeeper zooKeeper = owner.client().getZookeeperClient().getZooKeeper();
      assertTrue(requireOwned(zooKeeper, "/own") >= 15, "too few znodes to judge");

      for (ZooKeeperSettings stranger :
          List.of(settings, settings.withCredentials(credentials("a:other")))) {
        Throwable refused = failure(ZooKeeperConnection.open(stranger));
        assertInstanceOf(RecordUnavailableException.class, refused);
        assertTrue(message(refused).contains("to these credentials"), message(refused));
      }
    }
  }

  @Test
  void aChrootThatAnAdministratorHasMadeIsUsed() throws Exception {
    try (OneServer server = new OneServer(data)) {
      ZooKeeperSettings settings =
          ZooKeeperSettings.parse("localhost:" + server.port() + "/given/group")
              .withCredentials(credentials("a:b"));
      ZooKeeper administrator =
          server.connect(settings).client().getZookeeperClient().getZooKeeper();
      administrator.setACL("/given", ZooDefs.Ids.READ_ACL_UNSAFE, -1);

      ZooKeeperConnection connection = server.connect(settings);

      assertEquals(
          Tables.FIRST,
          done(done(ZooKeeperCommitRecord.create(connection, Tables.FIRST)).table()).table());
    }
  }

  /** Returns the number of znodes at and below a path, all of which belong to their creator. */
  private static int requireOwned(ZooKeeper zooKeeper, String path) throws Exception {
    List<ACL> access = zooKeeper.getACL(path, null);
    assertEquals(1, access.size(), path);
    assertEquals("digest", access.get(0).getId().getScheme(), path);
    assertEquals(ZooDefs.Perms.ALL, access.get(0).getPerms(), path);
    int count = 1;
    for (String child : zooKeeper.getChildren(path, false)) {
      count += requireOwned(zooKeeper, path + "/" + child);
    }
    return count;
  }

  private static ZooKeeperCredentials credentials(String line) {
    return ZooKeeperCredentials.from("TEST", Map.of("TEST", line));
  }
}
