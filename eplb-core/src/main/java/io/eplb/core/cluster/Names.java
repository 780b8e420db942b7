package io.eplb.core.cluster;

import io.eplb.api.wording.Listed;
import java.util.List;

/** Names and ranks of members. */
final class Names {
  private Names() {}

  static String ofMembers(List<MemberStatement> statements) {
    return Listed.of(statements.stream().map(MemberStatement::label).toList());
  }

  static List<Integer> ranks(List<MemberStatement> statements) {
    return statements.stream().map(MemberStatement::rank).distinct().sorted().toList();
  }
}
