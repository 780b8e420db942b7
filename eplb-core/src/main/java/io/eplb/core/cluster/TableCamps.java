package io.eplb.core.cluster;

import java.util.List;
import java.util.Optional;

/**
 * The members by the table that they start with. The first camp is the reference: the majority's,
 * or else that of most members. The first member of a camp speaks for it. Immutable.
 */
final class TableCamps {
  /**
   * The members with one table.
   *
   * @param members in the order of their ranks, at least one
   */
  record Camp(List<MemberStatement> members) {
    MemberStatement speaker() {
      return members.get(0);
    }

    String names() {
      return Names.ofMembers(members);
    }
  }

  private final List<Camp> camps;
  private final boolean majority;

  private TableCamps(List<Camp> camps, boolean majority) {
    this.camps = camps;
    this.majority = majority;
  }

  static TableCamps of(List<MemberStatement> statements) {
    Vote<String> tables = Vote.of(statements, MemberStatement::root);
    return new TableCamps(
        tables.parties().stream().map(party -> new Camp(party.statements())).toList(),
        tables.majority().isPresent());
  }

  boolean unanimous() {
    return camps.size() <= 1;
  }

  /** Returns whether the reference is the table of more than half of the members. */
  boolean hasMajority() {
    return majority;
  }

  List<Camp> all() {
    return camps;
  }

  /** Returns the first camp; there has to be one. */
  Camp reference() {
    return camps.get(0);
  }

  /** Returns the camps beside the reference. */
  List<Camp> others() {
    return camps.stream().skip(1).toList();
  }

  /** Returns the camp that a member speaks for, if it does. */
  Optional<Camp> spokenForBy(Member member) {
    return camps.stream().filter(camp -> camp.speaker().member().id() == member.id()).findFirst();
  }
}
