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
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.promise.LayerRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StartUpCheckTest {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 4, 2, 1, 2);
  private static final ExpertTable TABLE = ExpertTable.initial(6, TOPOLOGY);

  private final VirtualTime time = new VirtualTime();
  private final Answers answers = new Answers(time);
  private final RankGroup group = new InProcessRankGroup(time);
  private final List<Supplier<CompletionStage<StartUpReport>>> joined = new ArrayList<>();
  private final List<CompletionStage<StartUpReport>> ranks = new ArrayList<>();

  @Test
  void ranksThatAgreeMayStart() {
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, TOPOLOGY, ExpertTable.of(rank, 4, TABLE.placement()));
    }
    StartUpReport report = run();

    assertTrue(report.consistent());
    report.requireConsistent();
  }

  @Test
  void everyRankHearsWhichLayersAndRanksDifferFromTheMajorityAndWhereFirst() {
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
  void severalTablesBesideAMajorityAreToldEachWithItsOwnFirstSlot() {
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
  void withoutAMajorityTheTablesAreToldAndNobodyIsCalledWrong() {
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
  void aSlotThatIsEmptyOnOneRankAloneIsNamed() {
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
  void tablesOfAnotherDepthAreToldByTheirShape() {
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
  void missingRanksAreNamed() {
    StartUpReport report =
        answers.now(StartUpCheck.run(join(1, 4), "start", TOPOLOGY, TABLE, Duration.ZERO));

    assertEquals(List.of(Kind.MISSING_RANK), kinds(report));
    assertEquals(List.of(0, 2, 3), report.problems().get(0).ranks());
    assertTrue(report.problems().get(0).message().startsWith("ranks 0, 2, 3 did not come"));
  }

  @Test
  void aRankThatComesLateIsToldSo() {
    answers.now(StartUpCheck.run(join(1, 2), "start", twoRanks(), twoRankTable(), Duration.ZERO));
    StartUpReport report =
        answers.now(StartUpCheck.run(join(0, 2), "start", twoRanks(), twoRankTable(), PATIENCE));

    assertEquals(List.of(Kind.LATE, Kind.MISSING_RANK), kinds(report));
  }

  @Test
  void aRankIdThatIsClaimedTwiceIsNamed() {
    for (int rank : new int[] {0, 1, 2, 3, 2}) {
      add(rank, 4, TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.DUPLICATE_RANK);

    assertEquals(List.of(2), problem.ranks());
    assertTrue(problem.message().contains("rank 2 is claimed by 2 members"));
  }

  @Test
  void aWrongWorldSizeIsNamed() {
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
  void aWorldSizeThatNobodyElseClaimsMakesNoRankMissing() {
    List<Contribution> inTime = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      inTime.add(said(rank, rank == 0 ? 16 : 4, message(TOPOLOGY, TABLE)));
    }
    StartUpReport report =
        answers.now(StartUpCheck.run(new Told(2, 4, inTime), "start", TOPOLOGY, TABLE, PATIENCE));

    assertEquals(List.of(Kind.WORLD_SIZE, Kind.MISSING_RANK), kinds(report));
    assertEquals(List.of(0), report.problems().get(0).ranks());
    assertEquals(List.of(3), report.problems().get(1).ranks());
  }

  @Test
  void aTableWhoseSpeakerDiesIsToldWithoutItsLayers() {
    List<Contribution> said =
        List.of(
            said(0, 2, message(twoRanks(), twoRankTable())),
            said(1, 2, message(twoRanks(), swapped())));
    StartUpReport report =
        answers.now(
            StartUpCheck.run(new Told(0, 2, said), "start", twoRanks(), twoRankTable(), PATIENCE));

    assertEquals(List.of(Kind.TABLE), kinds(report));
    assertEquals(
        "the expert table of rank 1 differs from rank 0, without a majority",
        report.problems().get(0).message());
  }

  @Test
  void aSpeakerThatDiesBeforeItsRowIsToldWithItsLayersAlone() {
    add(0, 2, twoRanks(), twoRankTable());
    startAll();
    GroupMember dying = join(1, 2);
    byte[] root = message(twoRanks(), swapped());
    dying.gather("start/roots", root, PATIENCE);
    dying.gather("start/digests/0", TableDigest.of(swapped()).toBytes(), PATIENCE);
    time.pass(Duration.ZERO);
    dying.close();
    time.pass(PATIENCE);
    StartUpReport report = answers.now(ranks.get(0));

    assertEquals(
        "the expert table of rank 1 differs from rank 0, without a majority in layer 0",
        report.problems().get(0).message());
  }

  @Test
  void digestsThatAreNotThoseOfTheTableAreNotBelieved() {
    add(0, 2, twoRanks(), twoRankTable());
    startAll();
    GroupMember liar = join(1, 2);
    liar.gather("start/roots", message(twoRanks(), swapped()), PATIENCE);
    liar.gather("start/digests/0", TableDigest.of(twoRankTable()).toBytes(), PATIENCE);

    assertEquals(
        "the expert table of rank 1 differs from rank 0, without a majority",
        answers.now(ranks.get(0)).problems().get(0).message());
  }

  @Test
  void aRowThatCannotBeReadIsNotTold() {
    for (byte[] row : List.of(new byte[] {1}, new LayerRow(new int[] {1}, null).toBytes())) {
      RankGroup another = new InProcessRankGroup(time);
      GroupMember honest = answers.now(another.join(0, 2, 1, ""));
      CompletionStage<StartUpReport> report =
          StartUpCheck.run(honest, "start", twoRanks(), twoRankTable(), PATIENCE);
      GroupMember liar = answers.now(another.join(1, 2, 1, ""));
      liar.gather("start/roots", message(twoRanks(), swapped()), PATIENCE);
      liar.gather("start/digests/0", TableDigest.of(swapped()).toBytes(), PATIENCE);
      liar.gather("start/rows/0", row, PATIENCE);

      assertEquals(Optional.empty(), answers.now(report).problems().get(0).firstDifference());
    }
  }

  @Test
  void everyMessageFitsAtAThousandRanksOfSixteenSlots() {
    EpTopology large = EpTopology.of(4_096, 1_024, 1, 1, 16);
    ExpertTable table = ExpertTable.initial(58, large);
    ExpertTable other = with(57, 1_023, 15, 7, table);
    TreeSet<String> gatherings = new TreeSet<>();
    for (int rank = 0; rank < 3; rank++) {
      GroupMember member = join(rank, 3);
      ranks.add(
          StartUpCheck.run(
              new Measured(member, gatherings),
              "start",
              large,
              rank == 1 ? other : table,
              PATIENCE));
    }
    StartUpReport report = run();

    assertEquals(Set.of("start/roots", "start/digests/0", "start/rows/57"), gatherings);
    assertEquals(List.of(Kind.WORLD_SIZE, Kind.TABLE), kinds(report));
    assertEquals(
        Optional.of(new SlotDifference(57, 1_023, 15, 7, 4_095)),
        report.problems().get(1).firstDifference());
  }

  @Test
  void digestsOfManyLayersComeInPieces() {
    EpTopology tiny = EpTopology.of(2, 2, 1, 1, 2);
    ExpertTable deep = ExpertTable.initial(4_000, tiny);
    TreeSet<String> gatherings = new TreeSet<>();
    for (int rank = 0; rank < 2; rank++) {
      ExpertTable table = rank == 0 ? deep : with(3_999, 0, 0, 1, deep);
      ranks.add(
          StartUpCheck.run(
              new Measured(join(rank, 2), gatherings), "start", tiny, table, PATIENCE));
    }
    assertEquals(List.of(3_999), onlyProblem(Kind.TABLE).layers());
    assertEquals(
        Set.of(
            "start/roots",
            "start/digests/0",
            "start/digests/1",
            "start/digests/2",
            "start/rows/3999"),
        gatherings);
  }

  @Test
  void manyTablesAreAllToldAndTheFirstFewWithTheirSlots() {
    int others = TableComparison.MOST_LAYERS_SHOWN + 2;
    EpTopology wide = EpTopology.of(4, others + 2, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(others, wide);
    for (int rank = 0; rank < others + 2; rank++) {
      add(rank, others + 2, wide, rank < 2 ? table : with(rank - 2, 0, 0, 3, table));
    }
    List<StartUpProblem> problems = run().problems();

    assertEquals(others, problems.size());
    assertEquals(
        TableComparison.MOST_LAYERS_SHOWN,
        problems.stream().filter(problem -> problem.firstDifference().isPresent()).count());
    assertTrue(problems.stream().allMatch(problem -> problem.layers().size() == 1));
  }

  @Test
  void aWorldSizeUnlikeTheTopologyIsNamedEvenIfAllAgree() {
    add(0, 2, TOPOLOGY, TABLE);
    add(1, 2, TOPOLOGY, TABLE);
    StartUpProblem problem = onlyProblem(Kind.WORLD_SIZE);

    assertEquals(
        "the world size is 2, but the topology has 4 ranks; they must agree", problem.message());
  }

  @Test
  void anotherTopologyIsNamedThoughTheTablesAreTheSame() {
    EpTopology oneNode = EpTopology.of(4, 4, 1, 1, 2);
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, rank == 3 ? oneNode : TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.TOPOLOGY);

    assertEquals(List.of(3), problem.ranks());
    assertTrue(problem.message().contains("1 node,"), problem.message());
  }

  @Test
  void halvesOfDifferentTopologiesAreToldWithoutAMajority() {
    EpTopology oneNode = EpTopology.of(4, 4, 1, 1, 2);
    for (int rank = 0; rank < 4; rank++) {
      add(rank, 4, rank % 2 == 0 ? oneNode : TOPOLOGY, TABLE);
    }
    StartUpProblem problem = onlyProblem(Kind.TOPOLOGY);

    assertEquals(List.of(0, 1, 2, 3), problem.ranks());
    assertTrue(problem.message().startsWith("there is no majority"), problem.message());
  }

  @Test
  void aRankThatSendsSomethingElseIsNamed() {
    byte[] noLayers = message(twoRanks(), twoRankTable());
    noLayers[23] = 0;
    for (byte[] strange : List.of(new byte[] {1, 2, 3}, noLayers, new byte[56])) {
      RankGroup another = new InProcessRankGroup(time);
      GroupMember honest = answers.now(another.join(0, 2, 1, ""));
      CompletionStage<StartUpReport> report =
          StartUpCheck.run(honest, "start", twoRanks(), twoRankTable(), PATIENCE);
      answers.now(another.join(1, 2, 1, "")).gather("start/roots", strange, PATIENCE);

      assertEquals(List.of(Kind.UNREADABLE), kinds(answers.now(report)));
      assertEquals(List.of(1), answers.now(report).problems().get(0).ranks());
    }
  }

  @Test
  void aRankThatDiesAndComesBackBeforeTheOthersMayStart() {
    GroupMember first = join(1, 2);
    CompletionStage<StartUpReport> abandoned =
        StartUpCheck.run(first, "start", twoRanks(), twoRankTable(), PATIENCE);
    first.close();
    answers.assertFailed(GroupUnavailableException.class, "rank 1 has left", abandoned);
    add(0, 2, twoRanks(), twoRankTable());
    add(1, 2, twoRanks(), twoRankTable());

    assertEquals(List.of(), run().problems());
  }

  @Test
  void aNameThatWasUsedBeforeIsRefused() {
    GroupMember member = join(0, 1);
    EpTopology alone = EpTopology.of(2, 1, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(1, alone);
    answers.now(StartUpCheck.run(member, "start", alone, table, PATIENCE));
    answers.assertFailed(
        InvalidInputException.class,
        "contributed to start/roots before",
        StartUpCheck.run(member, "start", alone, table, PATIENCE));
  }

  @Test
  void allProblemsAreInOneLine() {
    StartUpReport report =
        answers.now(StartUpCheck.run(join(1, 2), "start", TOPOLOGY, TABLE, Duration.ZERO));
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
        () -> StartUpCheck.run(join(0, 2), "start", twoRanks(), TABLE, PATIENCE));
  }

  private GroupMember join(int rank, int worldSize) {
    return answers.now(group.join(rank, worldSize, 1, ""));
  }

  private void add(int rank, int worldSize, EpTopology topology, ExpertTable table) {
    GroupMember member = join(rank, worldSize);
    joined.add(() -> StartUpCheck.run(member, "start", topology, table, PATIENCE));
  }

  private void startAll() {
    joined.forEach(start -> ranks.add(start.get()));
    joined.clear();
  }

  /** Returns the report, which every rank got. */
  private StartUpReport run() {
    startAll();
    List<StartUpReport> reports = ranks.stream().map(answers::now).toList();
    for (StartUpReport report : reports) {
      assertEquals(reports.get(0), report);
    }
    return reports.get(0);
  }

  private StartUpProblem onlyProblem(Kind kind) {
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

  private static Contribution said(int rank, int worldSize, byte[] payload) {
    return new Contribution(new Member(rank + 1, rank, worldSize, 1, ""), payload);
  }

  /** A member that is told the first gathering's outcome; nobody comes to later ones. */
  private static final class Told implements GroupMember {
    private final Member claim;
    private Gathered next;

    Told(int rank, int worldSize, List<Contribution> first) {
      this.claim = new Member(rank + 1, rank, worldSize, 1, "");
      this.next = new Gathered(first);
    }

    @Override
    public Member claim() {
      return claim;
    }

    @Override
    public CompletionStage<Gathered> gather(String gathering, byte[] payload, Duration timeout) {
      Gathered told = next;
      next = new Gathered(List.of(new Contribution(claim, payload)));
      return CompletableFuture.completedFuture(told);
    }

    @Override
    public CompletionStage<Void> left() {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}
  }

  /** A member that writes down the names of its gatherings. */
  private record Measured(GroupMember member, Set<String> names) implements GroupMember {
    @Override
    public Member claim() {
      return member.claim();
    }

    @Override
    public CompletionStage<Gathered> gather(String gathering, byte[] payload, Duration timeout) {
      names.add(gathering);
      return member.gather(gathering, payload, timeout);
    }

    @Override
    public CompletionStage<Void> left() {
      return member.left();
    }

    @Override
    public void close() {
      member.close();
    }
  }
}
