package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import io.eplb.core.format.numpy.NumpyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Omni-Infer's placement pattern: an NPY array of zeros and ones, device × layer × expert. It knows
 * no slots, so a rank's experts are in ascending order, and all ranks hold equally many; a dead
 * rank holds none in any layer.
 */
final class OmniInferFormat implements PlacementFormat {
  static final String NAME = "omni-infer";
  private static final ArrayForm FORM = new ArrayForm(3, 3, "devices × layers × experts");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean storesRanks() {
    return true;
  }

  @Override
  public List<String> endings() {
    return List.of(".npy");
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.NUMPY;
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    NumberArray pattern = NumpyReader.read(source, FORM, NumpyKinds.FLAGS);
    int ranks = pattern.length(0);
    int layers = pattern.length(1);
    int experts = pattern.length(2);
    double[] flags = pattern.values();
    int slots = 0;
    for (int rank = 0; rank < ranks && slots == 0; rank++) {
      slots = held(source, flags, rank * layers * experts, experts, rank, 0);
    }
    if (slots == 0) {
      throw source.fault("has no expert on any device; expected at least one per layer");
    }
    int[] ids = new int[Math.multiplyExact(layers, Math.multiplyExact(ranks, slots))];
    Arrays.fill(ids, Placement.EMPTY);
    for (int rank = 0; rank < ranks; rank++) {
      boolean dead = held(source, flags, rank * layers * experts, experts, rank, 0) == 0;
      for (int layer = 0; layer < layers; layer++) {
        int from = (rank * layers + layer) * experts;
        int held = held(source, flags, from, experts, rank, layer);
        if (held != (dead ? 0 : slots)) {
          throw source.fault(
              "device %s, layer %s holds %s; expected %s"
                  .formatted(
                      rank,
                      layer,
                      Counted.of(held, "expert"),
                      dead
                          ? "none, since the device is dead in layer 0"
                          : slots + ", as many as every other that lives"));
        }
        int to = (layer * ranks + rank) * slots;
        for (int expert = 0; expert < experts; expert++) {
          if (flags[from + expert] == 1.0) {
            ids[to++] = expert;
          }
        }
      }
    }
    return new StoredPlacement.Builder(source, NAME, expectation)
        .ranks(ranks)
        .experts(experts)
        .build(layers, ranks * slots, ids);
  }

  private static int held(
      InputSource source, double[] flags, int from, int experts, int rank, int layer) {
    int held = 0;
    for (int expert = 0; expert < experts; expert++) {
      double flag = flags[from + expert];
      if (flag != 0.0 && flag != 1.0) {
        throw source.fault(
            "device %s, layer %s, expert %s is %s; a map of Omni-Infer is all 0 and 1"
                .formatted(rank, layer, expert, flag));
      }
      held += (int) flag;
    }
    return held;
  }

  @Override
  public boolean impliesSlotOrder() {
    return true;
  }

  @Override
  public ExpertTable arranged(ExpertTable table) {
    Placement.Builder builder = Placement.builder(table);
    int slots = table.slotsPerRank();
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int rank = 0; rank < table.ranks(); rank++) {
        int end = rank * slots;
        while (end < (rank + 1) * slots && row[end] != Placement.EMPTY) {
          end++;
        }
        Arrays.sort(row, rank * slots, end);
      }
      builder.setLayer(layer, row, 0);
    }
    return ExpertTable.of(table.version(), table.experts(), builder.build());
  }

  @Override
  public String emptySlotsWarning() {
    return "has dead devices, without any expert; Omni-Infer's loader does not know such devices";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    DuplicateOnRank.refuse(table, NAME);
    requireLivingOrDead(table);
    requireAscending(table);
    int experts = table.experts();
    NumpyWriter.writeHeader(output, table.ranks(), table.layers(), experts);
    int[] row = new int[table.physicalExperts()];
    int[] flags = new int[experts];
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int layer = 0; layer < table.layers(); layer++) {
        table.copyLayer(layer, row, 0);
        Arrays.fill(flags, 0);
        for (int slot = 0; slot < table.slotsPerRank(); slot++) {
          int expert = row[rank * table.slotsPerRank() + slot];
          if (expert != Placement.EMPTY) {
            flags[expert] = 1;
          }
        }
        NumpyWriter.writeElements(output, flags);
      }
    }
  }

  /** Checks that a rank can use either all of its slots or none. */
  private static void requireLivingOrDead(ExpertTable table) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int rank = 0; rank < table.ranks(); rank++) {
        boolean dead = table.expertAt(0, rank, 0) == Placement.EMPTY;
        for (int slot = 0; slot < table.slotsPerRank(); slot++) {
          if (dead != (table.expertAt(layer, rank, slot) == Placement.EMPTY)) {
            throw new InvalidInputException(
                ("layer %s, rank %s, slot %s %s −1, unlike slot 0 in layer 0; %s can hold a rank with"
                        + " all of its slots or none: take a format that lists slots, such as sglang")
                    .formatted(layer, rank, slot, dead ? "is not" : "is", NAME));
          }
        }
      }
    }
  }

  private static void requireAscending(ExpertTable table) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int rank = 0; rank < table.ranks(); rank++) {
        for (int slot = 1; slot < table.slotsPerRank(); slot++) {
          int before = table.expertAt(layer, rank, slot - 1);
          int expert = table.expertAt(layer, rank, slot);
          if (expert != Placement.EMPTY && expert < before) {
            throw new InvalidInputException(
                ("layer %s, rank %s, slot %s holds expert %s after expert %s; %s cannot hold a slot"
                        + " order other than ascending expert ids: sort the slots of each rank"
                        + " (convert --sort-slots)")
                    .formatted(layer, rank, slot, expert, before, NAME));
          }
        }
      }
    }
  }
}
