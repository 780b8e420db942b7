package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.cluster.StartUpProblem.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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
  private final GroupMember member;
  private final List<StartUpProblem> problems = new ArrayList<>();

  private StartUpCheck(GroupMember member) {
    this.member = member;
  }

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
    StartUpCheck check = new StartUpCheck(member);
    Gathered said = member.gather(name + "/digests", StartUpMessage.of(topology, table), timeout);
    List<MemberStatement> statements = check.hear(said);
    check.compareGroup(said, statements);
    TableComparison tables = TableComparison.of(statements);
    if (!tables.unanimous()) {
      Gathered rows = member.gather(name + "/rows", tables.rowsToShow(member, table), timeout);
      check.problems.addAll(tables.problems(rows));
    }
    return new StartUpReport(check.problems);
  }

  /** Reads the statements of all members, and reports unreadable ones. */
  private List<MemberStatement> hear(Gathered said) {
    if (!said.includes(member)) {
      report(
          Kind.LATE,
          List.of(member.rank()),
          "rank %d came after the check was closed; start all ranks within the time limit"
              .formatted(member.rank()));
    }
    Map<Integer, List<Contribution>> byRank = new TreeMap<>();
    for (Contribution contribution : said.contributions()) {
      byRank.computeIfAbsent(contribution.rank(), unused -> new ArrayList<>()).add(contribution);
    }
    List<MemberStatement> statements = new ArrayList<>();
    byRank.forEach(
        (rank, claims) -> {
          for (Contribution claim : claims) {
            String label =
                "rank " + rank + (claims.size() == 1 ? "" : " (member " + claim.member() + ")");
            try {
              statements.add(StartUpMessage.read(label, claim));
            } catch (InvalidInputException unreadable) {
              report(
                  Kind.UNREADABLE,
                  List.of(rank),
                  label + " sent what cannot be read; run one version of EPLB on all ranks");
            }
          }
          if (claims.size() > 1) {
            report(
                Kind.DUPLICATE_RANK,
                List.of(rank),
                "rank %d is claimed by %d members; give every member a rank of its own"
                    .formatted(rank, claims.size()));
          }
        });
    return statements;
  }

  /** Compares world sizes and topologies, and looks for missing ranks. */
  private void compareGroup(Gathered said, List<MemberStatement> statements) {
    Vote<Integer> sizes = Vote.of(statements, MemberStatement::worldSize);
    compare(sizes, Kind.WORLD_SIZE, size -> "a world size of " + size);
    Vote<EpTopology> topologies = Vote.of(statements, MemberStatement::topology);
    compare(topologies, Kind.TOPOLOGY, EpTopology::toString);
    if (sizes.parties().size() == 1 && topologies.parties().size() == 1) {
      int size = sizes.parties().get(0).opinion();
      int ranks = topologies.parties().get(0).opinion().ranks();
      if (size != ranks) {
        report(
            Kind.WORLD_SIZE,
            Names.ranks(statements),
            "the world size is %d, but the topology has %s; they must agree"
                .formatted(size, Counted.of(ranks, "rank")));
      }
    }
    List<Integer> missing =
        said.missingRanks(
            sizes.majority().map(Vote.Party::opinion).orElse(said.greatestWorldSize()));
    if (!missing.isEmpty()) {
      report(
          Kind.MISSING_RANK,
          missing,
          Listed.of("rank", missing)
              + " did not come within the time limit; start every rank of the group");
    }
  }

  private <T> void compare(Vote<T> vote, Kind kind, Function<T, String> spoken) {
    Optional<Vote.Party<T>> majority = vote.majority();
    if (majority.isPresent()) {
      for (Vote.Party<T> party : vote.parties().subList(1, vote.parties().size())) {
        report(
            kind,
            Names.ranks(party.statements()),
            "%s: %s; the majority has %s"
                .formatted(
                    Names.ofMembers(party.statements()),
                    spoken.apply(party.opinion()),
                    spoken.apply(majority.get().opinion())));
      }
    } else if (vote.parties().size() > 1) {
      List<MemberStatement> all =
          vote.parties().stream().flatMap(party -> party.statements().stream()).toList();
      List<String> opinions =
          vote.parties().stream()
              .map(
                  party ->
                      Names.ofMembers(party.statements()) + ": " + spoken.apply(party.opinion()))
              .toList();
      report(
          kind,
          Names.ranks(all),
          "there is no majority among " + String.join(" | ", opinions) + "; all must agree");
    }
  }

  private void report(Kind kind, List<Integer> ranks, String message) {
    problems.add(new StartUpProblem(kind, ranks, List.of(), Optional.empty(), message));
  }
}
