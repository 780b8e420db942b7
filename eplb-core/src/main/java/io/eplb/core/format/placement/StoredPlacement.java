package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LayerIds;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A placement from a file.
 *
 * @param table the placement, version 0
 * @param format the name of the format it was read from
 * @param ranksKnown whether the file or the reader's caller said how many ranks there are; if not,
 *     the table has one rank that holds all slots
 * @param layerIds the model's own ids of the layers, from 0 where the format has none
 */
public record StoredPlacement(
    ExpertTable table, String format, boolean ranksKnown, LayerIds layerIds) {
  /**
   * Returns the table, whose ranks must be known.
   *
   * @throws InvalidInputException if the number of ranks is not known
   */
  public ExpertTable requireRanks(InputSource source) {
    if (!ranksKnown) {
      throw source.fault(
          "is in the format %s, which does not say how many ranks share its %s; give --ranks"
              .formatted(format, Counted.of(table.physicalExperts(), "slot")));
    }
    return table;
  }

  /** Collects the parts of a placement from its reader, and checks them together. */
  static final class Builder {
    private final InputSource source;
    private final String format;
    private final PlacementExpectation expectation;
    private OptionalInt ranks;
    private OptionalInt experts;
    private @Nullable LayerIds layerIds;

    Builder(InputSource source, String format, PlacementExpectation expectation) {
      this.source = source;
      this.format = format;
      this.expectation = expectation;
      this.ranks = expectation.ranks();
      this.experts = expectation.experts();
    }

    /** Takes the number of ranks of the file. */
    Builder ranks(int stored) {
      ranks = agreed("rank", expectation.ranks(), stored);
      return this;
    }

    /** Takes the number of experts of the file. */
    Builder experts(int stored) {
      experts = agreed("expert", expectation.experts(), stored);
      return this;
    }

    Builder layerIds(LayerIds stored) {
      layerIds = stored;
      return this;
    }

    private OptionalInt agreed(String what, OptionalInt expected, int stored) {
      if (expected.isPresent() && expected.getAsInt() != stored) {
        throw source.fault("has " + Counted.of(stored, what) + "; expected " + expected.getAsInt());
      }
      return OptionalInt.of(stored);
    }

    /** Builds the placement from layers × slots expert ids, rank by rank. */
    StoredPlacement build(int layers, int slots, int[] ids) {
      int rankCount = ranks.orElse(1);
      if (slots % rankCount != 0) {
        throw source.fault(
            "has %s per layer, which %s ranks do not divide; every rank holds equally many"
                .formatted(Counted.of(slots, "slot"), rankCount));
      }
      if (ranks.isEmpty() && slots > EpTopology.MAX_SLOTS_PER_RANK) {
        throw source.fault(
            "has %s per layer, more than one rank can hold; give --ranks"
                .formatted(Counted.of(slots, "slot")));
      }
      return source.naming(
          () -> build(Placement.of(layers, rankCount, slots / rankCount, ids), ids));
    }

    private StoredPlacement build(Placement placement, int[] ids) {
      int greatest = 0;
      for (int id : ids) {
        greatest = Math.max(greatest, id);
      }
      try {
        ExpertTable table = ExpertTable.of(0, experts.orElse(greatest + 1), placement);
        requireUnusableSlotsLast(placement, ids);
        return new StoredPlacement(
            table,
            format,
            ranks.isPresent(),
            layerIds == null ? LayerIds.from(0, table.layers()) : layerIds);
      } catch (InvalidInputException incomplete) {
        throw experts.isPresent()
            ? incomplete
            : new InvalidInputException(
                incomplete.getMessage() + whereIs(greatest, placement, ids), incomplete);
      }
    }

    /**
     * Checks that the same slots are EMPTY in every layer, and that they are the last ones of their
     * ranks, if these are known.
     */
    private void requireUnusableSlotsLast(Placement placement, int[] ids) {
      int row = placement.physicalExperts();
      int slots = placement.slotsPerRank();
      for (int at = 0; at < ids.length; at++) {
        boolean empty = ids[at] == Placement.EMPTY;
        int physical = at % row;
        boolean afterEmpty = physical % slots > 0 && ids[at - 1] == Placement.EMPTY;
        if (ranks.isPresent() && afterEmpty && !empty) {
          throw new InvalidInputException(
              "%s holds expert %s behind a slot that is −1; the slots that a rank cannot use are its last ones"
                  .formatted(place(at / row, physical, slots), ids[at]));
        }
        if (empty != (ids[physical] == Placement.EMPTY)) {
          throw new InvalidInputException(
              "%s %s, and in layer 0 it %s; a slot that its rank cannot use is −1 in every layer"
                  .formatted(
                      place(at / row, physical, slots), content(ids[at]), content(ids[physical])));
        }
      }
    }

    private String place(int layer, int physical, int slots) {
      return ranks.isPresent()
          ? "layer %s, rank %s, slot %s".formatted(layer, physical / slots, physical % slots)
          : "layer %s, slot %s".formatted(layer, physical);
    }

    private static String content(int id) {
      return id == Placement.EMPTY ? "is −1" : "holds expert " + id;
    }

    /**
     * Returns a note on the place of the greatest id if it occurs in one layer alone: it may be a
     * typing error.
     */
    private String whereIs(int greatest, Placement placement, int[] ids) {
      int slots = placement.physicalExperts();
      int first = -1;
      for (int at = 0; at < ids.length; at++) {
        if (ids[at] == greatest && first < 0) {
          first = at;
        } else if (ids[at] == greatest && at / slots != first / slots) {
          return "";
        }
      }
      return placement.layers() < 3 // no majority is against it
          ? ""
          : ("; the greatest id, %s, is in layer %s alone, slot %s (--experts says how many experts"
                  + " there are)")
              .formatted(greatest, first / slots, first % slots);
    }
  }
}
