package io.eplb.core.migration;

import io.eplb.api.ExpertTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a plan is safe to carry out, without carrying it out and without knowing how it
 * was made: it follows every move on paper and names the first that breaks an invariant of the
 * package.
 */
public final class MigrationCheck {
  private final ExpertTable current;
  private final ExpertTable next;
  private final MigrationLimits limits;
  private final int layer;

  /** What is where by now; buffers that are not listed are empty. */
  private final Map<Place, Integer> content = new HashMap<>();

  private final Set<Place> written = new HashSet<>();
  private final Map<Integer, Set<Integer>> received = new HashMap<>();

  private MigrationCheck(ExpertTable current, ExpertTable next, MigrationLimits limits, int layer) {
    this.current = current;
    this.next = next;
    this.limits = limits;
    this.layer = layer;
  }

  /**
   * Judges a plan for two tables of one shape.
   *
   * @return the first fault, in one line; empty if there is none
   */
  public static Optional<String> firstFault(
      MigrationPlan plan, ExpertTable current, ExpertTable next) {
    List<Integer> differing = new ArrayList<>();
    for (int layer = 0; layer < current.layers(); layer++) {
      if (!current.sameLayer(layer, next.placement())) {
        differing.add(layer);
      }
    }
    List<Integer> planned = plan.layers().stream().map(LayerMigration::layer).toList();
    if (!planned.equals(differing)) {
      return Optional.of("layers " + planned + " are moved; those that differ are " + differing);
    }
    return plan.layers().stream()
        .flatMap(layer -> firstFault(layer, current, next, plan.limits()).stream())
        .findFirst();
  }

  /** Judges the moves of one layer. */
  static Optional<String> firstFault(
      LayerMigration moves, ExpertTable current, ExpertTable next, MigrationLimits limits) {
    String fault = new MigrationCheck(current, next, limits, moves.layer()).follow(moves);
    return Optional.ofNullable(fault).map(text -> "layer " + moves.layer() + ": " + text);
  }

  private @Nullable String follow(LayerMigration moves) {
    for (int rank = 0; rank < current.ranks(); rank++) {
      for (int slot = 0; slot < current.slotsPerRank(); slot++) {
        content.put(Place.slot(rank, slot), current.expertAt(layer, rank, slot));
      }
    }
    String fault = followCopies(moves.copiesBefore());
    int number = 0;
    for (MigrationRound round : moves.rounds()) {
      if (fault == null) {
        fault = followTransfers(round.transfers());
      }
      if (fault == null) {
        fault = followCopies(round.copies());
      }
      if (fault != null) {
        return "round " + number + ": " + fault;
      }
      number++;
    }
    return fault != null ? fault : judgeEnd();
  }

  private @Nullable String followCopies(List<WeightMove> copies) {
    for (WeightMove copy : copies) {
      if (copy.crossesRanks()) {
        return copy + " is no copy inside a rank";
      }
      String fault = judge(copy);
      if (fault != null) {
        return fault;
      }
      write(copy);
      if (copy.source().buffer()) {
        content.remove(copy.source());
      }
    }
    return null;
  }

  private @Nullable String followTransfers(List<WeightMove> transfers) {
    if (transfers.isEmpty()) {
      return "there is no transfer; a round has at least one";
    }
    Set<Place> sources = new HashSet<>();
    Map<Integer, Integer> sent = new HashMap<>();
    Map<Integer, Integer> taken = new HashMap<>();
    for (WeightMove transfer : transfers) {
      sources.add(transfer.source());
      sent.merge(transfer.source().rank(), 1, Integer::sum);
      taken.merge(transfer.destination().rank(), 1, Integer::sum);
    }
    for (WeightMove transfer : transfers) {
      if (sent.getOrDefault(transfer.source().rank(), 0) > limits.sendsPerRank()) {
        return transfer + ": the rank sends more than " + limits.sendsPerRank() + " at once";
      }
      if (taken.getOrDefault(transfer.destination().rank(), 0) > limits.receivesPerRank()) {
        return transfer + ": the rank receives more than " + limits.receivesPerRank() + " at once";
      }
      if (sources.contains(transfer.destination())) {
        return transfer + ": the destination is read in the same round";
      }
    }
    for (WeightMove transfer : transfers) {
      String fault = judge(transfer);
      if (fault == null) {
        fault = judgeTransfer(transfer);
      }
      if (fault != null) {
        return fault;
      }
      write(transfer);
    }
    return null;
  }

  private @Nullable String judgeTransfer(WeightMove transfer) {
    int receiver = transfer.destination().rank();
    if (!transfer.crossesRanks()) {
      return transfer + " stays on its rank";
    }
    if (transfer.source().buffer() || written.contains(transfer.source())) {
      return transfer + ": the source is not a slot of the current table any more";
    }
    if (current.localSlot(layer, receiver, transfer.expert()) >= 0) {
      return transfer + ": the rank holds the expert already";
    }
    if (!received.computeIfAbsent(receiver, unused -> new HashSet<>()).add(transfer.expert())) {
      return transfer + ": the rank has received the expert before";
    }
    return null;
  }

  /** Judges what holds for every move. */
  private @Nullable String judge(WeightMove move) {
    Place destination = move.destination();
    Integer found = content.get(move.source());
    if (found == null || found != move.expert()) {
      return move + ": the source holds " + (found == null ? "nothing" : "expert " + found);
    }
    int finalSlot = move.finalSlot();
    if (finalSlot < 0
        || finalSlot >= next.slotsPerRank()
        || destination.rank() < 0
        || destination.rank() >= next.ranks()
        || next.expertAt(layer, destination.rank(), finalSlot) != move.expert()) {
      return move + ": it is not what slot " + finalSlot + " is to hold";
    }
    if (destination.buffer()) {
      if (destination.index() < 0 || destination.index() >= limits.buffersPerRank()) {
        return move + ": there are only " + limits.buffersPerRank() + " buffers";
      }
      return content.containsKey(destination) ? move + ": the buffer is taken" : null;
    }
    if (destination.index() != finalSlot) {
      return move + ": it is meant for slot " + finalSlot;
    }
    if (current.expertAt(layer, destination.rank(), finalSlot) == move.expert()) {
      return move + ": the slot keeps its expert";
    }
    return written.contains(destination) ? move + ": the slot has been written before" : null;
  }

  private void write(WeightMove move) {
    content.put(move.destination(), move.expert());
    if (!move.destination().buffer()) {
      written.add(move.destination());
    }
  }

  private @Nullable String judgeEnd() {
    for (int rank = 0; rank < next.ranks(); rank++) {
      for (int slot = 0; slot < next.slotsPerRank(); slot++) {
        Integer found = content.remove(Place.slot(rank, slot));
        int wanted = next.expertAt(layer, rank, slot);
        if (found == null || found != wanted) {
          return "in the end rank %d, slot %d holds expert %s, not %d"
              .formatted(rank, slot, found, wanted);
        }
      }
    }
    return content.isEmpty() ? null : "in the end a buffer is taken: " + content.keySet();
  }
}
