package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Membership, election and events of an {@link InProcessRankGroup}. */
class InProcessRankGroupTest {
  private final VirtualTime time = new VirtualTime();
  private final Answers answers = new Answers(time);
  private final RankGroup group = new InProcessRankGroup(time);
  private final List<String> heard = new ArrayList<>();

  @Test
  void membersAreSeenByRankAndTwoClaimsOfOneRankAreBothSeen() {
    GroupMember second = answers.now(group.join(1, 2, 7, "host:1"));
    GroupMember first = answers.now(group.join(0, 2, 8, "host:2"));
    GroupMember rival = answers.now(group.join(0, 2, 9, "host:3"));

    assertEquals(List.of(first.claim(), rival.claim(), second.claim()), group.members());
    assertEquals(new Member(1, 1, 2, 7, "host:1"), second.claim());
    first.close();
    time.pass(Duration.ZERO);
    assertEquals(List.of(rival.claim(), second.claim()), group.members());
  }

  @Test
  void wrongClaimsAreRefused() {
    refused(() -> group.join(0, 0, 0, ""), "world size is 0");
    refused(() -> group.join(0, 65_537, 0, ""), "world size is 65537");
    refused(() -> group.join(2, 2, 0, ""), "rank is 2", "between 0 and 1");
    refused(() -> group.join(-1, 2, 0, ""), "rank is -1");
    refused(() -> group.join(0, 2, -1, ""), "the incarnation of rank 0 is -1");
    refused(() -> group.join(0, 2, 0, "a".repeat(257)), "257 characters");
    refused(() -> group.join(0, 2, 0, "host\n"), "control characters");
    refused(() -> group.stand("host\n"), "control characters");
    time.pass(Duration.ZERO);
    assertEquals(List.of(), group.members());
  }

  @Test
  void aListenerHearsWhatIsThereAndThenEveryEventOnce() {
    GroupMember first = answers.now(group.join(0, 2, 1, ""));
    Candidate leader = group.stand("here");
    RankGroup.Watch watch = group.listen(new Told());
    GroupMember second = answers.now(group.join(1, 2, 1, ""));
    leader.close();
    first.close();
    first.close();
    time.pass(Duration.ZERO);
    watch.close();
    second.close();
    time.pass(Duration.ZERO);

    assertEquals(
        List.of(
            "CONNECTED",
            "joined rank 0 of 2",
            "leader Leader[epoch=1, address=here]",
            "joined rank 1 of 2",
            "no leader",
            "left rank 0 of 2"),
        heard);
  }

  @Test
  void aListenerThatThrowsKeepsNoOtherFromHearing() {
    group.listen(
        new GroupListener() {
          @Override
          public void joined(Member member) {
            throw new IllegalStateException("a fault of the listener");
          }
        });
    group.listen(new Told());
    answers.now(group.join(0, 1, 1, ""));
    assertEquals(List.of("CONNECTED", "joined rank 0 of 1"), heard);
  }

  @Test
  void aListenerMayEndItselfWhileItIsTold() {
    RankGroup.Watch[] watch = new RankGroup.Watch[1];
    watch[0] =
        group.listen(
            new GroupListener() {
              @Override
              public void joined(Member member) {
                heard.add(member.toString());
                watch[0].close();
              }
            });
    answers.now(group.join(0, 2, 1, ""));
    answers.now(group.join(1, 2, 1, ""));
    assertEquals(List.of("rank 0 of 2"), heard);
  }

  @Test
  void oneCandidateLeadsAtATimeAndEpochsGrow() {
    group.listen(new Told());
    Candidate first = group.stand("one");
    Candidate second = group.stand("two");
    Candidate third = group.stand("three");
    Leadership one = answers.now(first.elected());
    answers.assertOpen(second.elected());
    second.close();
    answers.assertFailed(GroupUnavailableException.class, "has resigned", second.elected());
    answers.assertOpen(one.lost());
    first.close();
    first.close();
    answers.now(one.lost());
    Leadership three = answers.now(third.elected());

    assertEquals(1, one.epoch());
    assertEquals(2, three.epoch());
    assertEquals(
        List.of(
            "CONNECTED",
            "leader Leader[epoch=1, address=one]",
            "leader Leader[epoch=2, address=three]"),
        heard);
  }

  @Test
  void theEpochGrowsThoughNobodyStoodInBetween() {
    Candidate first = group.stand("");
    answers.now(first.elected());
    first.close();
    assertEquals(2, answers.now(group.stand("").elected()).epoch());
  }

  @Test
  void aClosedGroupEndsAllAndRefusesWhatComesLater() {
    group.listen(new Told());
    GroupMember member = answers.now(group.join(0, 2, 1, ""));
    Candidate leader = group.stand("one");
    Candidate waiting = group.stand("two");
    Leadership leadership = answers.now(leader.elected());
    CompletionStage<Gathered> gathering =
        member.gather("start", new byte[0], Duration.ofSeconds(1));
    group.close();
    group.close();

    answers.assertFailed(GroupUnavailableException.class, "left", gathering);
    answers.now(member.left());
    answers.now(leadership.lost());
    answers.assertFailed(GroupUnavailableException.class, "closed", waiting.elected());
    answers.assertFailed(GroupUnavailableException.class, "closed", group.join(0, 1, 1, ""));
    answers.assertFailed(GroupUnavailableException.class, "closed", group.stand("").elected());
    assertEquals(List.of(), group.members());
    assertEquals(Optional.of("no leader"), heard.stream().reduce((before, last) -> last));
  }

  @Test
  void aGroupWithAThreadOfItsOwnRefusesAfterItsEnd() throws Exception {
    RankGroup own = new InProcessRankGroup();
    GroupMember member = own.join(0, 1, 1, "").toCompletableFuture().get();
    own.close();
    own.close();
    member.left().toCompletableFuture().get();
    CompletionStage<GroupMember> late = own.join(0, 1, 1, "");
    assertThrows(Exception.class, () -> late.toCompletableFuture().get());
    member.close();
  }

  /** Writes down what it is told. */
  private final class Told implements GroupListener {
    @Override
    public void joined(Member member) {
      heard.add("joined " + member);
    }

    @Override
    public void left(Member member) {
      heard.add("left " + member);
    }

    @Override
    public void connection(Connection connection) {
      heard.add(connection.name());
    }

    @Override
    public void leader(Optional<Leader> leader) {
      heard.add(leader.map(found -> "leader " + found).orElse("no leader"));
    }
  }

  private static void refused(Executable call, String... parts) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
