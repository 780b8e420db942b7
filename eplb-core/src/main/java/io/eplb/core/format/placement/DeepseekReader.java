package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads DeepSeek's three arrays and compares them; other keys are skipped. */
final class DeepseekReader {
  private static final ArrayForm COUNT_FORM = new ArrayForm(2, 2, "layers × experts");
  private static final ArrayForm SLOT_FORM = new ArrayForm(3, 3, "layers × experts × replicas");
  private static final NumberRule COUNT =
      NumberRule.integer("a replica count", 1, EpTopology.MAX_PHYSICAL_EXPERTS);
  private static final NumberRule SLOT =
      NumberRule.integer("a slot or −1", -1, EpTopology.MAX_PHYSICAL_EXPERTS - 1);

  private final InputSource source;
  private final PlacementExpectation expectation;
  private @Nullable NumberArray physicalToLogical;
  private @Nullable NumberArray logicalToPhysical;
  private @Nullable NumberArray logicalCount;

  private DeepseekReader(InputSource source, PlacementExpectation expectation) {
    this.source = source;
    this.expectation = expectation;
  }

  static StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    DeepseekReader reader = new DeepseekReader(source, expectation);
    NumberArray map = TokenInput.json(source, reader::arrays);
    return reader.compared(map);
  }

  private NumberArray arrays(TokenInput input) throws IOException {
    input.object(
        "",
        "an object with physicalToLogical",
        List.of("physicalToLogical"),
        List.of("logicalToPhysical", "logicalCount"),
        key -> {
          switch (key) {
            case "physicalToLogical" ->
                physicalToLogical =
                    NestedNumbers.read(
                        input, "/" + key, SglangFormat.LAYERS_BY_SLOTS, expectation.expertId());
            case "logicalToPhysical" ->
                logicalToPhysical = NestedNumbers.read(input, "/" + key, SLOT_FORM, SLOT);
            case "logicalCount" ->
                logicalCount = NestedNumbers.read(input, "/" + key, COUNT_FORM, COUNT);
            default -> input.skip();
          }
        });
    return Objects.requireNonNull(physicalToLogical);
  }

  private StoredPlacement compared(NumberArray map) {
    StoredPlacement.Builder builder =
        new StoredPlacement.Builder(source, DeepseekFormat.NAME, expectation);
    NumberArray slots = logicalToPhysical;
    NumberArray counts = logicalCount;
    if (slots != null) {
      builder.experts(slots.length(1));
    } else if (counts != null) {
      builder.experts(counts.length(1));
    }
    StoredPlacement stored = builder.build(map.length(0), map.length(1), map.toIntegers());
    ExpertTable table = stored.table();
    if (counts != null) {
      requireShape("logicalCount", counts, table);
      requireCounts(counts.values(), table);
    }
    if (slots == null) {
      return stored;
    }
    requireShape("logicalToPhysical", slots, table);
    ReplicaLists lists = new ReplicaLists(source, table, slots);
    lists.requireAgreement();
    Placement ordered = lists.ordered();
    return new StoredPlacement(
        ExpertTable.of(0, table.experts(), ordered),
        stored.format(),
        stored.ranksKnown(),
        stored.layerIds());
  }

  private void requireShape(String key, NumberArray array, ExpertTable table) {
    if (array.length(0) != table.layers() || array.length(1) != table.experts()) {
      throw source.fault(
          "/%s is %s; physicalToLogical needs %s"
              .formatted(key, array.shape(), Shape.loads(table.layers(), table.experts())));
    }
  }

  private void requireCounts(double[] counts, ExpertTable table) {
    int at = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int expert = 0; expert < table.experts(); expert++) {
        if (counts[at] != table.replicaCount(layer, expert)) {
          throw source.fault(
              "/logicalCount/%s/%s is %s; physicalToLogical places that expert %s"
                  .formatted(
                      layer,
                      expert,
                      (int) counts[at],
                      Counted.of(table.replicaCount(layer, expert), "time")));
        }
        at++;
      }
    }
  }
}
