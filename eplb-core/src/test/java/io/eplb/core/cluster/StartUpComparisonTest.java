package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StartUpComparisonTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 4, 2, 1, 2);
  private static final ExpertTable TABLE = ExpertTable.initial(6, TOPOLOGY);
  private static final ExpertTable OTHER =
      ExpertTable.of(0, 4, Placement.builder(TABLE).set(3, 1, 0, 1).build());

  @Test
  void statementsInOnePlaceAreComparedAsThoseOfRanksThatGather() {
    VirtualTime time = new VirtualTime();
    Answers answers = new Answers(time);
    RankGroup group = new InProcessRankGroup(time);
    List<CompletionStage<StartUpReport>> ranks = new ArrayList<>();
    List<StartUpStatement> statements = new ArrayList<>();
    for (int rank = 0; rank < 4; rank++) {
      ExpertTable table = rank == 2 ? OTHER : TABLE;
      EpTopology topology = rank == 1 ? EpTopology.of(4, 4, 1, 1, 2) : TOPOLOGY;
      GroupMember member = answers.now(group.join(rank, 4, 1, ""));
      ranks.add(StartUpCheck.run(member, "start", topology, table, Duration.ofHours(1)));
      statements.add(StartUpStatement.of(rank, 4, topology, table));
    }

    assertEquals(answers.now(ranks.get(0)), StartUpComparison.report(statements));
    assertEquals(2, StartUpComparison.report(statements).problems().size());
  }

  @Test
  void withoutTheTablesOfBothSidesTheLayersAreNamedAlone() {
    List<StartUpStatement> statements =
        IntStream.range(0, 4)
            .mapToObj(
                rank ->
                    rank == 2
                        ? StartUpStatement.of(rank, 4, TOPOLOGY, OTHER)
                        : StartUpStatement.of(rank, 4, TOPOLOGY, TableDigest.of(TABLE)))
            .toList();

    assertEquals(
        "the expert table of rank 2 differs from the majority in layer 3",
        StartUpComparison.report(statements).problems().get(0).message());
  }

  @Test
  void aStatementThatContradictsItselfIsRefused() {
    assertThrows(
        InvalidInputException.class,
        () -> StartUpStatement.of(0, 4, EpTopology.of(4, 2, 1, 1, 2), TABLE));
    assertThrows(InvalidInputException.class, () -> StartUpStatement.of(4, 4, TOPOLOGY, TABLE));
    assertThrows(InvalidInputException.class, () -> StartUpStatement.of(0, 0, TOPOLOGY, TABLE));
  }
}
