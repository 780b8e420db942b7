package io.eplb.core.cluster;

import io.eplb.api.wording.Listed;
import io.eplb.core.cluster.TableCamps.Camp;
import io.eplb.core.consistency.TableDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The differences of every camp's table from that of the reference: the layers, as far as the
 * digests of layers are known, and the first slot, as far as rows are.
 */
final class TableComparison {
  /**
   * The most layers of which rows are sent; of further tables the layers are told, not the slot.
   */
  static final int MOST_LAYERS_SHOWN = 8;

  /** A source of the digests of layers. */
  @FunctionalInterface
  interface Digests extends Function<Camp, Optional<TableDigest>> {}

  /** A source of rows in which tables differ. */
  @FunctionalInterface
  interface Rows {
    /** Returns the row of a layer in the table of a camp; empty if it is not known. */
    Optional<int[]> of(Camp camp, int layer);
  }

  private final TableCamps camps;
  private final Digests digests;

  TableComparison(TableCamps camps, Digests digests) {
    this.camps = camps;
    this.digests = digests;
  }

  /** Returns the layers in which the camps first differ from the reference, the first few. */
  List<Integer> layersToShow() {
    return camps.others().stream()
        .flatMap(camp -> firstLayer(camp).stream())
        .distinct()
        .limit(MOST_LAYERS_SHOWN)
        .toList();
  }

  /** Returns whether a camp's row of one of these layers is needed. */
  boolean shows(Camp camp, int layer) {
    return camp.equals(camps.reference()) || firstLayer(camp).equals(Optional.of(layer));
  }

  private Optional<Integer> firstLayer(Camp camp) {
    return layersUnlike(camp).stream().findFirst();
  }

  private List<Integer> layersUnlike(Camp camp) {
    Optional<TableDigest> reference = digests.apply(camps.reference());
    return digests
        .apply(camp)
        .flatMap(table -> reference.map(table::layersUnlike))
        .orElse(List.of());
  }

  /** Returns the differences; none if all have the same table. */
  List<StartUpProblem> problems(Rows rows) {
    return camps.others().stream().map(camp -> problem(camp, rows)).toList();
  }

  private StartUpProblem problem(Camp camp, Rows rows) {
    Camp reference = camps.reference();
    List<MemberStatement> concerned = new ArrayList<>(camp.members());
    String others;
    if (camps.hasMajority()) {
      others = "from the majority";
    } else {
      others = "from " + reference.names() + ", without a majority";
      concerned.addAll(reference.members());
    }
    List<Integer> layers = layersUnlike(camp);
    Optional<SlotDifference> slot =
        firstLayer(camp).flatMap(layer -> firstDifference(camp, layer, rows));
    return new StartUpProblem(
        StartUpProblem.Kind.TABLE,
        Names.ranks(concerned),
        layers,
        slot,
        "the expert table of %s differs %s%s"
            .formatted(camp.names(), others, where(camp, layers, slot)));
  }

  private String where(Camp camp, List<Integer> layers, Optional<SlotDifference> slot) {
    String shape = camp.speaker().shape();
    String expected = camps.reference().speaker().shape();
    if (!shape.equals(expected)) {
      return ": %s, not %s".formatted(shape, expected);
    }
    return layers.isEmpty()
        ? ""
        : " in " + Listed.of("layer", layers) + slot.map(first -> "; first at " + first).orElse("");
  }

  private Optional<SlotDifference> firstDifference(Camp camp, int layer, Rows rows) {
    int slotsPerRank = camp.speaker().topology().slotsPerRank();
    int[] row = rows.of(camp, layer).orElse(new int[0]);
    int[] expected = rows.of(camps.reference(), layer).orElse(new int[0]);
    if (row.length != expected.length) {
      return Optional.empty();
    }
    int slot = Arrays.mismatch(row, expected);
    return slot < 0
        ? Optional.empty()
        : Optional.of(
            new SlotDifference(
                layer, slot / slotsPerRank, slot % slotsPerRank, row[slot], expected[slot]));
  }
}
