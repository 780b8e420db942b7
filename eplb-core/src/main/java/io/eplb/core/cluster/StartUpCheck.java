package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.StartUpProblem.Kind;
import io.eplb.core.consistency.TableDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares the tables, topologies and world sizes of all ranks at their start, and returns the same
 * report on every rank.
 *
 * <p>A rank first sends its topology and digest, then compares the statements of all. If tables
 * differ, one rank for each table also sends the row of the first layer that differs. Every
 * decision depends on outcomes that are the same for all, so all ranks take the same steps.
 * Example, with rank 2 of 4 on another table:
 *
 * <pre>
 *   gather "start/digests"  ranks 0, 1 and 3 agree, rank 2 differs in layer 5
 *   gather "start/rows"     rank 0 and rank 2 send their rows of layer 5, the others nothing
 *   report on all ranks     the expert table of rank 2 differs from the majority in layer 5; first at
 *                           layer 5, rank 1, slot 0: expert 9, not 8
 * </pre>
 */
public final class StartUpCheck {
  private StartUpCheck() {}

  /**
   * Checks one rank against all others; every rank has to call this.
   *
   * @param name the name of the check, new for every check and the same on every rank
   * @param topology the topology of the group, according to this rank
   * @param table the table that this rank is about to serve
   * @param timeout the longest wait for the others; twice that if tables differ
   * @return the report, the same on every rank but for late ones
   * @throws InvalidInputException if the table does not have the topology's shape, or the member
   *     cannot gather under that name
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static StartUpReport run(
      GroupMember member, String name, EpTopology topology, ExpertTable table, Duration timeout)
      throws InterruptedException {
    if (table.experts() != topology.experts()
        || table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(table + " does not have the shape of " + topology);
    }
    byte[] statement = StartUpMessage.of(topology, TableDigest.of(table));
    Gathered said = member.gather(name + "/digests", statement, timeout);
    List<StartUpProblem> problems = new ArrayList<>();
    if (!said.includes(member)) {
      problems.add(late(member));
    }
    StartUpComparison comparison = StartUpComparison.of(said);
    TableComparison tables = comparison.tables();
    Gathered rows =
        tables.unanimous()
            ? new Gathered(List.of())
            : member.gather(name + "/rows", tables.rowsToShow(member, table), timeout);
    problems.addAll(comparison.report(tables.sent(rows)).problems());
    return new StartUpReport(problems);
  }

  private static StartUpProblem late(GroupMember member) {
    return new StartUpProblem(
        Kind.LATE,
        List.of(member.rank()),
        List.of(),
        Optional.empty(),
        "rank %d came after the check was closed; start all ranks within the time limit"
            .formatted(member.rank()));
  }
}
