package io.eplb.server.round;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.core.consistency.TableDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The statements of the ranks of one start. Not thread-safe. A table is kept once, however many
 * ranks have it; of many different ones, a few.
 */
final class StartUpGathering {
  /** The most different statements of one rank that are kept. */
  static final int MOST_PER_RANK = 4;

  /** The most different tables that are kept; of further ones, the digests of their layers. */
  static final int MOST_TABLES = 8;

  private record Said(int rank, int worldSize, EpTopology topology, TableDigest digest) {
    static Said of(StartUpStatement statement) {
      return new Said(
          statement.rank(), statement.worldSize(), statement.topology(), statement.digest());
    }
  }

  private final Map<Integer, Set<Said>> byRank = new TreeMap<>();
  private final Map<TableDigest, ExpertTable> tables = new HashMap<>();
  private int greatestWorld;

  /** Adds a statement; an equal one of the same rank is the same. */
  void add(StartUpStatement statement) {
    Set<Said> said = byRank.computeIfAbsent(statement.rank(), unused -> new LinkedHashSet<>());
    if (said.size() < MOST_PER_RANK) {
      said.add(Said.of(statement));
      greatestWorld = Math.max(greatestWorld, statement.worldSize());
    }
    if (statement.table().isPresent() && tables.size() < MOST_TABLES) {
      tables.putIfAbsent(statement.digest(), statement.table().get());
    }
  }

  /** Returns whether every rank of the largest world that anybody named has come. */
  boolean complete() {
    return byRank.size() == greatestWorld;
  }

  /** Returns whether this rank has said the same here. */
  boolean heard(StartUpStatement statement) {
    return byRank.getOrDefault(statement.rank(), Set.of()).contains(Said.of(statement));
  }

  /** Returns all statements, with the tables that are kept. */
  List<StartUpStatement> statements() {
    List<StartUpStatement> statements = new ArrayList<>();
    byRank
        .values()
        .forEach(
            ofRank ->
                ofRank.forEach(
                    said ->
                        statements.add(
                            new StartUpStatement(
                                said.rank(),
                                said.worldSize(),
                                said.topology(),
                                said.digest(),
                                Optional.ofNullable(tables.get(said.digest()))))));
    return statements;
  }
}
