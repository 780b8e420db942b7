package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.argument.Require;
import io.eplb.core.cluster.StartUpProblem.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The statements of all ranks at their start, compared: who is missing, and who says what the
 * others do not. It depends on the statements alone, not on how they came together.
 */
public final class StartUpComparison {
  private final List<StartUpProblem> problems = new ArrayList<>();
  private final TableCamps camps;

  private StartUpComparison(Gathered said) {
    List<MemberStatement> statements = hear(said);
    compareGroup(said, statements);
    camps = TableCamps.of(statements);
  }

  /** Compares the statements of the members that gathered. */
  static StartUpComparison of(Gathered said) {
    return new StartUpComparison(said);
  }

  /**
   * Compares the statements of ranks, of which several may claim to be the same one. A slot in
   * which tables differ is named if a rank of each side has sent its table.
   *
   * @param statements in any order
   */
  public static StartUpReport report(List<StartUpStatement> statements) {
    List<Contribution> contributions = new ArrayList<>();
    Map<Long, StartUpStatement> byMember = new HashMap<>();
    for (StartUpStatement statement : statements) {
      long id = contributions.size() + 1L;
      byMember.put(id, statement);
      contributions.add(
          new Contribution(
              new Member(id, statement.rank(), statement.worldSize(), 0, ""),
              StartUpMessage.of(statement.topology(), statement.digest())));
    }
    Function<MemberStatement, StartUpStatement> said =
        holder -> Require.given("the statement", byMember.get(holder.member().id()));
    StartUpComparison comparison = of(new Gathered(contributions));
    return comparison.report(
        new TableComparison(
            comparison.camps(), camp -> Optional.of(said.apply(camp.speaker()).digest())),
        (camp, layer) ->
            camp.members().stream()
                .flatMap(holder -> said.apply(holder).table().stream())
                .findFirst()
                .map(table -> row(table, layer)));
  }

  private static int[] row(ExpertTable table, int layer) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return row;
  }

  /** Returns the members by their tables. */
  TableCamps camps() {
    return camps;
  }

  /** Returns the problems other than those of the tables. */
  StartUpReport report() {
    return new StartUpReport(problems);
  }

  /** Returns all problems, those of the tables at the end. */
  StartUpReport report(TableComparison tables, TableComparison.Rows rows) {
    List<StartUpProblem> all = new ArrayList<>(problems);
    all.addAll(tables.problems(rows));
    return new StartUpReport(all);
  }

  /** Reads the statements of all members, and reports unreadable ones. */
  private List<MemberStatement> hear(Gathered said) {
    Map<Integer, List<Contribution>> byRank = new TreeMap<>();
    for (Contribution contribution : said.contributions()) {
      byRank
          .computeIfAbsent(contribution.member().rank(), unused -> new ArrayList<>())
          .add(contribution);
    }
    List<MemberStatement> statements = new ArrayList<>();
    byRank.forEach(
        (rank, claims) -> {
          for (Contribution claim : claims) {
            String label =
                "rank "
                    + rank
                    + (claims.size() == 1 ? "" : " (member " + claim.member().id() + ")");
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
