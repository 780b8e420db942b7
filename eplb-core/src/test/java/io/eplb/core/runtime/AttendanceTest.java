package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.cluster.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AttendanceTest {
  private final List<String> heard = new ArrayList<>();
  private final Attendance attendance =
      new Attendance(
          2, member -> new RankConnection(new NoLink(), new Named(member.id())), new Told());

  @Test
  void aRankIsThereWhileOneMemberAloneClaimsIt() {
    attendance.joined(member(1, 0));
    attendance.joined(member(2, 0));
    attendance.left(member(1, 0));
    attendance.left(member(2, 0));
    attendance.left(member(2, 0));

    assertEquals(List.of("0 arrives as 1", "0 leaves", "0 arrives as 2", "0 leaves"), heard);
  }

  @Test
  void aMemberThatTakesTheOnlyPlaceReplacesTheOneBefore() {
    attendance.joined(member(1, 1));
    attendance.joined(member(2, 1));
    attendance.joined(member(3, 1));
    attendance.left(member(1, 1));
    attendance.left(member(3, 1));
    assertEquals(List.of("1 arrives as 1", "1 leaves", "1 arrives as 2"), heard);
  }

  @Test
  void aMemberOfAnotherWorldIsNoClaim() {
    attendance.joined(member(1, 0));
    attendance.joined(new Member(2, 0, 3, 1, ""));
    attendance.left(new Member(2, 0, 3, 1, ""));
    attendance.joined(new Member(3, 1, 3, 1, ""));
    attendance.left(new Member(3, 1, 3, 1, ""));
    assertEquals(List.of("0 arrives as 1"), heard);
  }

  /** Members of two ranks come and go in any order. */
  @Property
  void arrivingAndLeavingAlternateAndTheLastWordIsRight(
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 7) Integer> toggles) {
    heard.clear();
    Attendance fresh =
        new Attendance(
            2, member -> new RankConnection(new NoLink(), new Named(member.id())), new Told());
    List<Member> here = new ArrayList<>();
    for (int toggle : toggles) {
      Member member = member(toggle + 1, toggle % 2);
      if (here.remove(member)) {
        fresh.left(member);
      } else {
        here.add(member);
        fresh.joined(member);
      }
      for (int rank = 0; rank < 2; rank++) {
        String prefix = rank + " ";
        int asked = rank;
        List<String> ofRank = heard.stream().filter(word -> word.startsWith(prefix)).toList();
        for (int index = 0; index < ofRank.size(); index++) {
          assertEquals(index % 2 == 1, ofRank.get(index).endsWith("leaves"), ofRank::toString);
        }
        List<Member> claims = here.stream().filter(each -> each.rank() == asked).toList();
        String last = ofRank.isEmpty() ? rank + " leaves" : ofRank.get(ofRank.size() - 1);
        assertEquals(
            claims.size() == 1 ? rank + " arrives as " + claims.get(0).id() : rank + " leaves",
            last);
      }
    }
  }

  private static Member member(long id, int rank) {
    return new Member(id, rank, 2, 1, "");
  }

  private final class Told implements Attendance.Ranks {
    @Override
    public void arrived(int rank, RankConnection connection) {
      heard.add(rank + " arrives as " + ((Named) connection.measures()).member());
    }

    @Override
    public void left(int rank) {
      heard.add(rank + " leaves");
    }
  }

  /** Measures that tell only whose they are. */
  private record Named(long member) implements RankMeasures {
    @Override
    public CompletionStage<RankSteps> steps() {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<RankLoads> loads() {
      return new CompletableFuture<>();
    }
  }
}
