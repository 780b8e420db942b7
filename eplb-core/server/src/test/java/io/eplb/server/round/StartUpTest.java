package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.cluster.StartUpProblem.Kind;
import io.eplb.core.cluster.StartUpReport;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StartUpTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 4, 2, 1, 2);
  private static final ExpertTable TABLE = ExpertTable.initial(6, TOPOLOGY);
  private static final ExpertTable OTHER =
      ExpertTable.of(0, 4, Placement.builder(TABLE).set(3, 1, 0, 1).build());

  private final VirtualTime time = new VirtualTime();
  private final StartUp startUp = new StartUp(time.timer());

  @Test
  void theLastRankClosesTheCheckAndAllGetTheSameReport() {
    List<CompletableFuture<StartUpReport>> reports = new ArrayList<>();
    for (int rank = 0; rank < 4; rank++) {
      assertTrue(reports.stream().noneMatch(CompletableFuture::isDone));
      reports.add(ask(rank, TABLE));
    }
    StartUpReport first = reports.get(0).join();
    assertTrue(first.consistent());
    reports.forEach(report -> assertSame(first, report.join()));
  }

  @Test
  void aDifferenceIsNamedToTheSlotWithTablesAndToTheLayerWithDigests() {
    come(Asks.GROUP, 0, TABLE);
    come(Asks.GROUP, 1, OTHER);
    come(Asks.GROUP, 2, TABLE);
    assertEquals(
        "the expert table of rank 1 differs from the majority in layer 3; first at layer 3, rank 1, slot 0: expert 1, not 2",
        ask(3, TABLE).join().problems().get(0).message());

    for (int rank = 0; rank < 3; rank++) {
      comeWithDigest("digests", rank, rank == 1 ? OTHER : TABLE);
    }
    assertEquals(
        "the expert table of rank 1 differs from the majority in layer 3",
        askWithDigest("digests", 3, TABLE).join().problems().get(0).message());
  }

  @Test
  void anyRankOfEachSideThatSendsItsTableShowsTheSlot() {
    String group = "mixed";
    comeWithDigest(group, 0, TABLE);
    come(group, 1, OTHER);
    comeWithDigest(group, 2, TABLE);
    StartUpReport report =
        startUp.ask(group, StartUpStatement.of(3, 4, TOPOLOGY, TABLE), LIMIT).join();

    assertTrue(report.problems().get(0).firstDifference().isPresent(), report::toString);
  }

  @Test
  void theEarliestTimeLimitClosesTheCheckAndMissingRanksAreNamed() {
    CompletableFuture<StartUpReport> first = ask(1, TABLE);
    var unused =
        startUp.ask(Asks.GROUP, StartUpStatement.of(2, 4, TOPOLOGY, TABLE), Duration.ofSeconds(5));
    time.pass(Duration.ofSeconds(4));
    assertFalse(first.isDone());
    time.pass(Duration.ofSeconds(2));

    assertEquals(Kind.MISSING_RANK, first.join().problems().get(0).kind());
    assertEquals(List.of(0, 3), first.join().problems().get(0).ranks());
  }

  @Test
  void aRankThatAsksTwiceCountsOnce() {
    CompletableFuture<StartUpReport> gone = ask(0, TABLE);
    gone.cancel(true);
    CompletableFuture<StartUpReport> again = ask(0, TABLE);
    for (int rank = 1; rank < 4; rank++) {
      assertFalse(again.isDone());
      come(Asks.GROUP, rank, TABLE);
    }
    assertTrue(again.join().consistent());
  }

  @Test
  void aRankThatIsClaimedTwiceWithDifferentTablesIsNamed() {
    come(Asks.GROUP, 0, TABLE);
    come(Asks.GROUP, 0, OTHER);
    come(Asks.GROUP, 1, TABLE);
    come(Asks.GROUP, 2, TABLE);
    StartUpReport report = ask(3, TABLE).join();

    assertEquals(
        List.of(Kind.DUPLICATE_RANK, Kind.TABLE),
        report.problems().stream().map(problem -> problem.kind()).toList());
  }

  @Test
  void aRankThatRepeatsAfterTheEndGetsTheReportForAMinute() {
    for (int rank = 0; rank < 4; rank++) {
      come(Asks.GROUP, rank, TABLE);
    }
    time.pass(Duration.ofSeconds(59));
    assertTrue(ask(2, TABLE).join().consistent());
    time.pass(Duration.ofSeconds(2));
    assertFalse(ask(2, TABLE).isDone());
  }

  @Test
  void aRankWithAnotherTableOpensANewCheckThatTheOthersJoin() {
    for (int rank = 0; rank < 4; rank++) {
      come(Asks.GROUP, rank, TABLE);
    }
    CompletableFuture<StartUpReport> different = ask(3, OTHER);
    for (int rank = 0; rank < 3; rank++) {
      come(Asks.GROUP, rank, TABLE);
    }
    assertEquals(List.of(3), different.join().problems().get(0).ranks());
  }

  @Test
  void aThousandRanksWaitWithoutAThreadAndKeepEachTableOnce() {
    EpTopology large = EpTopology.of(64, 1024, 1, 1, 1);
    ExpertTable table = ExpertTable.initial(2, large);
    StartUpGathering gathering = new StartUpGathering();
    List<CompletableFuture<StartUpReport>> reports = new ArrayList<>();
    int threads = Thread.activeCount();
    for (int rank = 0; rank < 1024; rank++) {
      StartUpStatement statement =
          StartUpStatement.of(rank, 1024, large, ExpertTable.of(rank, 64, table.placement()));
      gathering.add(statement);
      reports.add(startUp.ask("large", statement, LIMIT));
    }

    assertTrue(reports.stream().allMatch(report -> report.join().consistent()));
    // Threads of other tests may end or begin meanwhile.
    assertTrue(Thread.activeCount() < threads + 100, Thread.activeCount() + " threads");
    assertEquals(
        1,
        gathering.statements().stream()
            .map(statement -> System.identityHashCode(statement.table().orElseThrow()))
            .distinct()
            .count());
  }

  @Test
  void whatIsKeptIsBounded() {
    StartUpGathering gathering = new StartUpGathering();
    for (int layers = 1; layers <= 20; layers++) {
      gathering.add(StartUpStatement.of(0, 4, TOPOLOGY, ExpertTable.initial(layers, TOPOLOGY)));
    }
    assertEquals(StartUpGathering.MOST_PER_RANK, gathering.statements().size());
    for (int group = 0; group < StartUp.MOST_GROUPS; group++) {
      comeWithDigest("g" + group, 0, TABLE);
    }
    assertEquals(429, refusal(askWithDigest("one-more", 0, TABLE)).status());
    time.runAll(() -> {});
    assertEquals(0, startUp.size());
  }

  @Test
  void ranksThatWaitWhenTheServiceStopsAreToldToAskAgain() {
    CompletableFuture<StartUpReport> waiting = ask(0, TABLE);
    startUp.close();

    assertEquals(503, refusal(waiting).status());
    assertEquals(503, refusal(ask(1, TABLE)).status());
  }

  private CompletableFuture<StartUpReport> ask(int rank, ExpertTable table) {
    return startUp.ask(Asks.GROUP, StartUpStatement.of(rank, 4, TOPOLOGY, table), LIMIT);
  }

  private void come(String group, int rank, ExpertTable table) {
    var unused = startUp.ask(group, StartUpStatement.of(rank, 4, TOPOLOGY, table), LIMIT);
  }

  private void comeWithDigest(String group, int rank, ExpertTable table) {
    var unused = askWithDigest(group, rank, table);
  }

  private CompletableFuture<StartUpReport> askWithDigest(
      String group, int rank, ExpertTable table) {
    return startUp.ask(group, StartUpStatement.of(rank, 4, TOPOLOGY, TableDigest.of(table)), LIMIT);
  }

  private static ProblemException refusal(CompletableFuture<?> answer) {
    CompletionException failure = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(ProblemException.class, failure.getCause());
  }
}
