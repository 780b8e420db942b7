package io.eplb.core.cluster;

import java.util.List;
import java.util.stream.Collectors;

/** Lists of ranks, members and layers for people. */
final class Names {
  private static final int MOST_NAMED = 10;

  private Names() {}

  static String ofRanks(List<Integer> ranks) {
    return (ranks.size() == 1 ? "rank " : "ranks ") + listed(ranks);
  }

  static String ofLayers(List<Integer> layers) {
    return (layers.size() == 1 ? "layer " : "layers ") + listed(layers);
  }

  static String ofMembers(List<MemberStatement> statements) {
    return listed(statements.stream().map(MemberStatement::label).toList());
  }

  private static String listed(List<?> things) {
    return things.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "))
        + (things.size() > MOST_NAMED ? " and " + (things.size() - MOST_NAMED) + " more" : "");
  }

  static List<Integer> ranks(List<MemberStatement> statements) {
    return statements.stream().map(MemberStatement::rank).distinct().sorted().toList();
  }
}
