package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.cluster.StartUpProblem.Kind;
import io.eplb.core.consistency.TableDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class StartUpCheckTest {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 4, 2, 1, 2);
  private static final ExpertTable TABLE = ExpertTable.initial(6, TOPOLOGY);

  private final RankGroup group = new InProcessRankGroup();
  private final List<Callable<StartUpReport>> ranks = new ArrayList<>();

  @Test
  void ranksThatAgreeMayStart() throws Exception {
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, TOPOLOGY, ExpertTable.of(rank, 4, TABLE.placement()));
    }
    StartUpReport report = run();

    assertTrue(report.consistent());
    report.requireConsistent();
  }

  @Test
  void everyRankHearsWhichLayersAndRanksDifferFromTheMajorityAndWhereFirst() throws Exception {
    add(0, 4, TOPOLOGY, TABLE);
    add(1, 4, TOPOLOGY, with(3, 1, 0, 1, with(5, 3, 1, 1, TABLE)));
    add(2, 4, TOPOLOGY, TABLE);
    add(3, 4, TOPOLOGY, TABLE);
    StartUpProblem problem = onlyProblem(Kind.TABLE);

    assertEquals(List.of(1), problem.ranks());
    assertEquals(List.of(3, 5), problem.layers());
    assertEquals(Optional.of(new SlotDifference(3, 1, 0, 1, 2)), problem.firstDifference());
    assertEquals(
        "the expert table of rank 1 differs from the majority in layers 3, 5; first at layer 3,"
            + " rank 1, slot 0: expert 1, not 2",
        problem.message());
  }

  @Test
  void severalTablesBesideAMajorityAreToldEachWithItsOwnFirstSlot() throws Exception {
    EpTopology larger = EpTopology.of(4, 5, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(6, larger);
    add(0, 5, larger, with(0, 0, 0, 3, table));
    add(1, 5, larger, table);
    add(2, 5, larger, table);
    add(3, 5, larger, table);
    add(4, 5, larger, with(4, 4, 1, 0, table));
    StartUpReport report = run();

    assertEquals(
        List.of(List.of(0), List.of(4)),
        report.problems().stream().map(StartUpProblem::ranks).toList());
    assertEquals(
        List.of(new SlotDifference(0, 0, 0, 3, 0), new SlotDifference(4, 4, 1, 0, 1)),
        report.problems().stream().flatMap(found -> found.firstDifference().stream()).toList());
  }

  @Test
  void withoutAMajorityTheTablesAreToldAndNobodyIsCalledWrong() throws Exception {
    ExpertTable other = with(2, 0, 1, 0, TABLE);
    add(0, 4, TOPOLOGY, TABLE);
    add(1, 4, TOPOLOGY, other);
    add(2, 4, TOPOLOGY, TABLE);
    add(3, 4, TOPOLOGY, other);
    StartUpProblem problem = onlyProblem(Kind.TABLE);

    assertEquals(List.of(0, 1, 2, 3), problem.ranks());
    assertEquals(List.of(2), problem.layers());
    assertTrue(
        problem
            .message()
            .startsWith(
                "the expert table of rank 1, rank 3 differs from rank 0, rank 2, without a"
                    + " majority in layer 2; first at layer 2, rank 0, slot 1: expert 0, not 1"),
        problem.message());
  }

  @Test
  void aSlotThatIsEmptyOnOneRankAloneIsNamed() throws Exception {
    add(0, 4, TOPOLOGY, TABLE);
    add(1, 4, TOPOLOGY, with(3, 2, 1, Placement.EMPTY, TABLE));
    add(2, 4, TOPOLOGY, TABLE);
    add(3, 4, TOPOLOGY, TABLE);
    StartUpProblem problem = onlyProblem(Kind.TABLE);

    assertEquals(List.of(1), problem.ranks());
    assertTrue(
        problem.message().endsWith("first at layer 3, rank 2, slot 1: EMPTY, not expert 1"),
        problem.message());
    assertEquals(
        "layer 3, rank 2, slot 1: expert 1, not EMPTY",
        new SlotDifference(3, 2, 1, 1, Placement.EMPTY).toString());
  }

  @Test
  void tablesOfAnotherDepthAreToldByTheirShape() throws Exception {
    for (int rank = 0; rank < 3; rank++) {
      add(rank, 4, TOPOLOGY, TABLE);
    }
    add(3, 4, TOPOLOGY, ExpertTable.initial(5, TOPOLOGY));
    StartUpProblem problem = onlyProblem(Kind.TABLE);

    assertEquals(List.of(3), problem.ranks());
    assertEquals(List.of(), problem.layers());
    assertTrue(problem.message().contains("5 layers"), problem.message());
  }

  @Test
  void missingRanksAreNamed() throws Exception {
    StartUpReport report =
        StartUpCheck.run(group.join(1, 4), "start", TOPOLOGY, TABLE, Duration.ZERO);

    assertEquals(List.of(Kind.MISSING_RANK), kinds(report));
    assertEquals(List.of(0, 2, 3), report.problems().get(0).ranks());
    assertTrue(report.problems().get(0).message().startsWith("ranks 0, 2, 3 did not come"));
  }

  @Test
  void aRankThatComesLateIsToldSo() throws Exception {
    StartUpCheck.run(group.join(1, 2), "start", twoRanks(), twoRankTable(), Duration.ZERO);
    StartUpReport report =
        StartUpCheck.run(group.join(0, 2), "start", twoRanks(), twoRankTable(), PATIENCE);

    assertEquals(List.of(Kind.LATE, Kind.MISSING_RANK), kinds(report));
  }

  @Test
  void aRankIdThatIsClaimedTwiceIsNamed() throws Exception {
    for (int rank : new int[] {0, 1, 2, 3, 2}) {
      add(rank, 4, TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.DUPLICATE_RANK);

    assertEquals(List.of(2), problem.ranks());
    assertTrue(problem.message().contains("rank 2 is claimed by 2 members"));
  }

  @Test
  void aWrongWorldSizeIsNamed() throws Exception {
    add(0, 2, TOPOLOGY, TABLE);
    for (int rank = 1; rank < 4; rank++) {
      add(rank, 4, TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.WORLD_SIZE);

    assertEquals(List.of(0), problem.ranks());
    assertEquals(
        "rank 0: a world size of 2; the majority has a world size of 4", problem.message());
  }

  @Test
  void aWorldSizeThatNobodyElseClaimsMakesNoRankMissing() throws Exception {
    List<Contribution> inTime = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      inTime.add(new Contribution(rank, rank, rank == 0 ? 16 : 4, message(TOPOLOGY, TABLE)));
    }
    StartUpReport report =
        StartUpCheck.run(
            new Told(2, 2, 4, new Gathered(inTime)), "start", TOPOLOGY, TABLE, PATIENCE);

    assertEquals(List.of(Kind.WORLD_SIZE, Kind.MISSING_RANK), kinds(report));
    assertEquals(List.of(0), report.problems().get(0).ranks());
    assertEquals(List.of(3), report.problems().get(1).ranks());
  }

  @Test
  void aTableWhoseSpeakerDiesIsToldWithoutItsFirstSlot() throws Exception {
    List<Contribution> said =
        List.of(
            new Contribution(0, 0, 2, message(twoRanks(), twoRankTable())),
            new Contribution(1, 1, 2, message(twoRanks(), swapped())));
    StartUpReport report =
        StartUpCheck.run(
            new Told(0, 0, 2, new Gathered(said)), "start", twoRanks(), twoRankTable(), PATIENCE);

    assertEquals(List.of(Kind.TABLE), kinds(report));
    assertEquals(Optional.empty(), report.problems().get(0).firstDifference());
  }

  @Test
  void aWorldSizeUnlikeTheTopologyIsNamedEvenIfAllAgree() throws Exception {
    add(0, 2, TOPOLOGY, TABLE);
    add(1, 2, TOPOLOGY, TABLE);
    StartUpProblem problem = onlyProblem(Kind.WORLD_SIZE);

    assertEquals(
        "the world size is 2, but the topology has 4 ranks; they must agree", problem.message());
  }

  @Test
  void anotherTopologyIsNamedThoughTheTablesAreTheSame() throws Exception {
    EpTopology oneNode = EpTopology.of(4, 4, 1, 1, 2);
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, rank == 3 ? oneNode : TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.TOPOLOGY);

    assertEquals(List.of(3), problem.ranks());
    assertTrue(problem.message().contains("1 node,"), problem.message());
  }

  @Test
  void halvesOfDifferentTopologiesAreToldWithoutAMajority() throws Exception {
    EpTopology oneNode = EpTopology.of(4, 4, 1, 1, 2);
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, rank % 2 == 0 ? oneNode : TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.TOPOLOGY);

    assertEquals(List.of(0, 1, 2, 3), problem.ranks());
    assertTrue(problem.message().startsWith("there is no majority"), problem.message());
  }

  @Test
  void aRankThatSendsSomethingElseIsNamed() throws Exception {
    GroupMember stranger = group.join(1, 2);
    add(0, 2, twoRanks(), twoRankTable());
    ranks.add(
        () -> {
          stranger.gather("start/digests", new byte[] {1, 2, 3}, PATIENCE);
          return new StartUpReport(List.of());
        });
    StartUpReport report = Ranks.run(ranks).get(0);

    assertEquals(List.of(Kind.UNREADABLE), kinds(report));
    assertEquals(List.of(1), report.problems().get(0).ranks());
  }

  @Test
  void aRankWhoseTableDoesNotFitItsOwnTopologyIsNamed() throws Exception {
    List<Contribution> said =
        List.of(
            new Contribution(0, 0, 2, message(twoRanks(), twoRankTable())),
            new Contribution(1, 1, 2, message(twoRanks(), TABLE)));
    StartUpReport report =
        StartUpCheck.run(
            new Told(0, 0, 2, new Gathered(said)), "start", twoRanks(), twoRankTable(), PATIENCE);

    assertEquals(List.of(Kind.UNREADABLE), kinds(report));
    assertEquals(List.of(1), report.problems().get(0).ranks());
  }

  @Test
  void aRankThatDiesAndComesBackBeforeTheOthersMayStart() throws Exception {
    GroupMember first = group.join(1, 2);
    FutureTask<Object> abandoned =
        new FutureTask<>(
            () ->
                assertThrows(
                    InvalidInputException.class,
                    () -> StartUpCheck.run(first, "start", twoRanks(), twoRankTable(), PATIENCE)));
    Thread dying = new Thread(abandoned);
    dying.start();
    while (dying.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    first.close();
    abandoned.get();
    add(0, 2, twoRanks(), twoRankTable());
    add(1, 2, twoRanks(), twoRankTable());

    assertEquals(List.of(), run().problems());
  }

  @Test
  void allProblemsAreInOneLine() throws Exception {
    StartUpReport report =
        StartUpCheck.run(group.join(1, 2), "start", TOPOLOGY, TABLE, Duration.ZERO);
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, report::requireConsistent).getMessage());

    assertTrue(message.startsWith("the group cannot start: the world size is 2"), message);
    assertTrue(message.contains("; rank 0 did not come"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void aTableThatDoesNotFitItsTopologyIsRefusedBeforeAnybodyHearsOfIt() {
    assertThrows(
        InvalidInputException.class,
        () -> StartUpCheck.run(group.join(0, 2), "start", twoRanks(), TABLE, PATIENCE));
  }

  private void add(int rank, int worldSize, EpTopology topology, ExpertTable table) {
    GroupMember member = group.join(rank, worldSize);
    ranks.add(() -> StartUpCheck.run(member, "start", topology, table, PATIENCE));
  }

  /** Returns the report, which every rank got. */
  private StartUpReport run() throws Exception {
    List<StartUpReport> reports = Ranks.run(ranks);
    for (StartUpReport report : reports) {
      assertEquals(reports.get(0), report);
    }
    return reports.get(0);
  }

  private StartUpProblem onlyProblem(Kind kind) throws Exception {
    StartUpReport report = run();
    assertEquals(List.of(kind), kinds(report), report::toString);
    return report.problems().get(0);
  }

  private static List<Kind> kinds(StartUpReport report) {
    return report.problems().stream().map(StartUpProblem::kind).toList();
  }

  private static ExpertTable with(int layer, int rank, int slot, int expert, ExpertTable table) {
    return ExpertTable.of(
        0, table.experts(), Placement.builder(table).set(layer, rank, slot, expert).build());
  }

  private static byte[] message(EpTopology topology, ExpertTable table) {
    return StartUpMessage.of(topology, TableDigest.of(table));
  }

  private static EpTopology twoRanks() {
    return EpTopology.of(4, 2, 1, 1, 2);
  }

  private static ExpertTable twoRankTable() {
    return ExpertTable.initial(1, twoRanks());
  }

  private static ExpertTable swapped() {
    return ExpertTable.of(0, 4, Placement.of(1, 2, 2, new int[] {1, 0, 2, 3}));
  }

  /** A member that is told the first gathering's outcome; nobody comes to later ones. */
  private static final class Told implements GroupMember {
    private final long id;
    private final int rank;
    private final int worldSize;
    private Gathered next;

    Told(long id, int rank, int worldSize, Gathered first) {
      this.id = id;
      this.rank = rank;
      this.worldSize = worldSize;
      this.next = first;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int worldSize() {
      return worldSize;
    }

    @Override
    public Gathered gather(String gathering, byte[] payload, Duration timeout) {
      Gathered told = next;
      next = new Gathered(List.of(new Contribution(id, rank, worldSize, payload)));
      return told;
    }

    @Override
    public void close() {}
  }
}
