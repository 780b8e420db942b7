package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Candidate;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.core.cluster.Leadership;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.curator.framework.listen.ListenerManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperRankGroupTest {
  private static final Duration LONG = Duration.ofSeconds(Done.FAILURE_SECONDS);

  @TempDir private Path data;
  private OneServer server;

  @BeforeEach
  void start() throws Exception {
    server = new OneServer(data);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyProcessSeesTheMembersWithTheirClaims() throws Exception {
    RankGroup one = server.group();
    RankGroup other = server.group();
    Events seen = Events.of(other);

    Member first = done(one.join(0, 2, 7, "http://a:1")).claim();
    Member second = done(other.join(1, 2, 8, "")).claim();

    seen.await(log -> log.joined().containsAll(List.of(first, second)));
    assertEquals(List.of(first, second), other.members());
    assertEquals("http://a:1", other.members().get(0).address());
    assertEquals(7, other.members().get(0).incarnation());
  }

  @Test
  void twoLiveClaimsOfOneRankAreBothSeen() throws Exception {
    RankGroup one = server.group();
    RankGroup other = server.group();
    Events seen = Events.of(one);

    Member first = done(one.join(0, 1, 1, "")).claim();
    Member second = done(other.join(0, 1, 2, "")).claim();

    seen.await(log -> log.joined().containsAll(List.of(first, second)));
    assertEquals(2, one.members().size());
  }

  @Test
  void aMemberThatLeavesIsGoneForEverybody() throws Exception {
    RankGroup one = server.group();
    Events seen = Events.of(server.group());
    GroupMember member = done(one.join(0, 1, 1, ""));
    seen.await(log -> log.joined().contains(member.claim()));

    member.close();

    done(member.left());
    seen.await(log -> log.left().contains(member.claim()));
    assertInstanceOf(
        GroupUnavailableException.class, failure(member.gather("late", new byte[0], LONG)));
  }

  @Test
  void anExpiredSessionEndsItsMembersAndTheProcessJoinsAnew() throws Exception {
    ZooKeeperConnection connection = server.connect();
    RankGroup group = server.group(connection);
    Events own = Events.of(group);
    Events others = Events.of(server.group());
    GroupMember member = done(group.join(0, 2, 1, ""));
    CompletionStage<Gathered> waiting = member.gather("never", new byte[0], LONG);
    others.await(log -> log.joined().contains(member.claim()));

    server.expire(connection);

    done(member.left());
    assertInstanceOf(GroupUnavailableException.class, failure(waiting));
    own.await(log -> log.connections().contains(Connection.LOST));
    others.await(log -> log.left().contains(member.claim()));
    own.await(log -> log.lastConnection() == Connection.CONNECTED);
    GroupMember again = done(group.join(0, 2, 1, ""));
    others.await(log -> log.joined().contains(again.claim()));
    assertFalse(again.claim().id() == member.claim().id());
  }

  @Test
  void aShortOutageEndsNothing() throws Exception {
    try (TcpProxy proxy = new TcpProxy(server.port())) {
      RankGroup group = server.group(server.connect(proxy));
      Events own = Events.of(group);
      GroupMember member = done(group.join(0, 1, 1, ""));
      Leadership leadership = done(group.stand("p").elected());

      proxy.cut();

      own.await(
          log ->
              log.connections().contains(Connection.SUSPENDED)
                  && log.lastConnection() == Connection.CONNECTED);
      assertFalse(member.left().toCompletableFuture().isDone());
      assertFalse(leadership.lost().toCompletableFuture().isDone());
      assertEquals(List.of(), own.log().left());
      assertEquals(1, done(member.gather("after", new byte[0], LONG)).contributions().size());
    }
  }

  @Test
  void leadersFollowEachOtherWithGrowingEpochs() throws Exception {
    RankGroup one = server.group();
    RankGroup other = server.group();
    Events seen = Events.of(server.group());
    Candidate first = one.stand("one");
    Leadership leads = done(first.elected());
    Candidate second = other.stand("other");
    seen.await(log -> log.leaders().contains("one"));
    assertFalse(second.elected().toCompletableFuture().isDone());

    first.close();

    done(leads.lost());
    Leadership next = done(second.elected());
    assertTrue(next.epoch() > leads.epoch());
    seen.await(log -> log.leaders().contains("other"));
  }

  @Test
  void aLeaderWhoseSessionExpiresIsFollowedByAnother() throws Exception {
    ZooKeeperConnection connection = server.connect();
    Leadership leads = done(server.group(connection).stand("one").elected());
    Candidate second = server.group().stand("other");

    server.expire(connection);

    done(leads.lost());
    assertTrue(done(second.elected()).epoch() > leads.epoch());
  }

  @Test
  void manyCandidatesLeadOneAfterAnother() throws Exception {
    List<Candidate> standing = new ArrayList<>();
    for (int process = 0; process < 5; process++) {
      standing.add(server.group().stand("p" + process));
    }
    long epoch = 0;
    while (!standing.isEmpty()) {
      List<CompletionStage<Leadership>> elections =
          standing.stream().map(Candidate::elected).toList();
      Leadership leader = Done.anyOf(elections);
      assertTrue(leader.epoch() > epoch, leader.epoch() + " after " + epoch);
      epoch = leader.epoch();
      assertEquals(
          1,
          elections.stream().filter(stage -> stage.toCompletableFuture().isDone()).count(),
          "leaders at one time");
      Candidate resigning =
          standing.stream()
              .filter(candidate -> candidate.elected().toCompletableFuture().isDone())
              .findFirst()
              .orElseThrow();
      standing.remove(resigning);
      resigning.close();
    }
  }

  @Test
  void aGatheringIsCompleteWhenEveryRankHasContributed() throws Exception {
    List<GroupMember> members = join(4);
    List<CompletionStage<Gathered>> answers = new ArrayList<>();
    for (GroupMember member : members) {
      answers.add(member.gather("start/up", bytes("of " + member), LONG));
    }
    for (CompletionStage<Gathered> answer : answers) {
      assertEquals(
          members.stream().map(member -> "of " + member).collect(Collectors.toSet()),
          texts(done(answer)));
    }
  }

  @Test
  void timeDecidesWithoutTheRanksThatAreMissing() throws Exception {
    List<GroupMember> members = join(3);

    CompletionStage<Gathered> patient = members.get(0).gather("g", bytes("a"), LONG);
    Gathered hasty = done(members.get(2).gather("g", bytes("c"), Duration.ofMillis(1)));

    // The patient one may contribute after the decision of the hasty one: then it is late.
    assertTrue(texts(hasty).contains("c"));
    assertFalse(hasty.missingRanks().isEmpty());
    assertEquals(texts(hasty), texts(done(patient)));
    assertEquals(texts(hasty), texts(done(members.get(1).gather("g", bytes("late"), LONG))));
  }

  @Test
  void aMemberThatLeavesNoLongerHoldsAGatheringUp() throws Exception {
    List<GroupMember> members = join(2);
    GroupMember twin = done(server.group().join(1, 2, 9, ""));
    CompletionStage<Gathered> first = members.get(0).gather("g", bytes("a"), LONG);
    CompletionStage<Gathered> second = members.get(1).gather("g", bytes("b"), LONG);

    twin.close();

    assertEquals(Set.of("a", "b"), texts(done(first)));
    assertEquals(Set.of("a", "b"), texts(done(second)));
  }

  @Test
  void aContributionOfAMemberThatHasLeftIsNotCounted() throws Exception {
    List<GroupMember> members = join(2);
    CompletionStage<Gathered> gone = members.get(1).gather("g", bytes("old"), LONG);
    members.get(1).close();
    assertInstanceOf(GroupUnavailableException.class, failure(gone));
    GroupMember again = done(server.group().join(1, 2, 2, ""));

    CompletionStage<Gathered> first = members.get(0).gather("g", bytes("a"), LONG);
    CompletionStage<Gathered> second = again.gather("g", bytes("new"), LONG);

    assertEquals(Set.of("a", "new"), texts(done(first)));
    assertEquals(Set.of("a", "new"), texts(done(second)));
  }

  @Test
  void anOutcomeIsForgottenWhenAllOfItsMembersHaveLeft() throws Exception {
    GroupMember first = done(server.group().join(0, 1, 1, ""));
    assertEquals(Set.of("old"), texts(done(first.gather("start", bytes("old"), LONG))));
    first.close();
    GroupMember second = done(server.group().join(0, 1, 2, ""));

    assertEquals(Set.of("new"), texts(done(second.gather("start", bytes("new"), LONG))));
  }

  @Test
  void aMemberContributesOnce() throws Exception {
    GroupMember member = done(server.group().join(0, 1, 1, ""));
    done(member.gather("g", new byte[0], LONG));

    assertInstanceOf(InvalidInputException.class, failure(member.gather("g", new byte[0], LONG)));
  }

  @Test
  void largeContributionsAreGatheredWithoutALargeZnode() throws Exception {
    List<GroupMember> members = join(3);
    byte[] large = new byte[GroupMember.MAX_PAYLOAD_BYTES];
    List<CompletionStage<Gathered>> answers = new ArrayList<>();
    for (GroupMember member : members) {
      answers.add(member.gather("..", large, LONG));
    }

    for (Contribution contribution : done(answers.get(1)).contributions()) {
      assertArrayEquals(large, contribution.payload());
    }
    assertTrue(server.largestZnode() <= 64 * 1024, server.largestZnode() + " bytes");
    assertThrows(
        InvalidInputException.class,
        () -> members.get(0).gather("more", new byte[large.length + 1], LONG));
  }

  @Test
  void aClosedGroupRefusesAllAndLeaves() throws Exception {
    RankGroup group = server.group();
    Events others = Events.of(server.group());
    GroupMember member = done(group.join(0, 1, 1, ""));
    Leadership leads = done(group.stand("p").elected());
    others.await(log -> log.joined().contains(member.claim()));

    group.close();
    group.close();

    done(member.left());
    done(leads.lost());
    others.await(log -> log.left().contains(member.claim()));
    assertInstanceOf(GroupUnavailableException.class, failure(group.join(0, 1, 1, "")));
    assertInstanceOf(GroupUnavailableException.class, failure(group.stand("q").elected()));
  }

  @Test
  void aForeignZnodeAmongTheMembersIsPassedOver() throws Exception {
    RankGroup group = server.group();
    Events seen = Events.of(group);
    server.create("members/not-a-member", "x");
    server.create("members/0-1-5", "no incarnation");

    Member member = done(group.join(0, 1, 1, "")).claim();

    seen.await(log -> log.joined().contains(member));
    assertEquals(List.of(member), group.members());
  }

  @Test
  void aGroupThatCannotBeOpenedLeavesNothingBehind() throws Exception {
    server.create("leader", "foreign");
    ZooKeeperConnection connection = server.connect();
    int before = listeners(connection);

    assertInstanceOf(InvalidInputException.class, failure(ZooKeeperRankGroup.open(connection)));

    done(connection.onThread(() -> connection)); // The group is closed on that thread.
    assertEquals(before, listeners(connection));
  }

  private static int listeners(ZooKeeperConnection connection) {
    return ((ListenerManager<?, ?>) connection.client().getConnectionStateListenable()).size();
  }

  private List<GroupMember> join(int worldSize) throws Exception {
    List<GroupMember> members = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      members.add(done(server.group().join(rank, worldSize, 1, "")));
    }
    assertNotSame(members.get(0), members.get(worldSize - 1));
    return members;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Set<String> texts(Gathered gathered) {
    return gathered.contributions().stream()
        .map(said -> new String(said.payload(), StandardCharsets.UTF_8))
        .collect(Collectors.toSet());
  }
}
