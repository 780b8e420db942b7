package io.eplb.core.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The members of a group by their opinion, for example on the world size. Immutable. */
final class Vote<T> {
  /**
   * The members of one opinion.
   *
   * @param opinion the opinion
   * @param statements the statements of these members, in the order in which they were given
   */
  record Party<T>(T opinion, List<MemberStatement> statements) {}

  private final List<Party<T>> parties;
  private final int statements;

  private Vote(List<Party<T>> parties, int statements) {
    this.parties = parties;
    this.statements = statements;
  }

  static <T> Vote<T> of(List<MemberStatement> statements, Function<MemberStatement, T> opinion) {
    Map<T, List<MemberStatement>> byOpinion = new LinkedHashMap<>();
    for (MemberStatement statement : statements) {
      byOpinion
          .computeIfAbsent(opinion.apply(statement), unused -> new ArrayList<>())
          .add(statement);
    }
    List<Party<T>> parties = new ArrayList<>();
    byOpinion.forEach((said, by) -> parties.add(new Party<>(said, List.copyOf(by))));
    parties.sort(Comparator.comparingInt((Party<T> party) -> -party.statements().size()));
    return new Vote<>(List.copyOf(parties), statements.size());
  }

  /** Returns the parties, the largest first; of one size, in the order of their first members. */
  List<Party<T>> parties() {
    return parties;
  }

  /** Returns the largest party, if it is more than half. */
  Optional<Party<T>> majority() {
    return parties.stream().filter(party -> 2 * party.statements().size() > statements).findFirst();
  }
}
