package io.eplb.core.format.placement;

import com.fasterxml.jackson.core.JsonToken;
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
import io.eplb.core.format.numpy.NumpyArrays;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads DeepSeek's three arrays and compares them; other keys are skipped. */
final class DeepseekReader {
  /** The three arrays. */
  private enum Kind {
    MAP(SglangFormat.LAYERS_BY_SLOTS),
    SLOTS(new ArrayForm(3, 3, "layers × experts × replicas")),
    COUNTS(new ArrayForm(2, 2, "layers × experts"));

    @SuppressWarnings("ImmutableEnumChecker") // A record of numbers and a text.
    final ArrayForm form;

    Kind(ArrayForm form) {
      this.form = form;
    }
  }

  private static final NumberRule COUNT =
      NumberRule.integer("a replica count", 1, EpTopology.MAX_PHYSICAL_EXPERTS);
  private static final NumberRule SLOT =
      NumberRule.integer("a slot or −1", -1, EpTopology.MAX_PHYSICAL_EXPERTS - 1);

  /** The arrays by the names of the format and by those of DeepSeek's code. */
  private static final Map<String, Kind> KINDS =
      Map.of(
          "physicalToLogical", Kind.MAP,
          "phy2log", Kind.MAP,
          "logicalToPhysical", Kind.SLOTS,
          "log2phy", Kind.SLOTS,
          "logicalCount", Kind.COUNTS,
          "logcnt", Kind.COUNTS);

  private static final Map<String, NumpyArrays.Expected> ARCHIVE =
      Map.of(
          "phy2log", new NumpyArrays.Expected(Kind.MAP.form, NumpyKinds.INTEGERS),
          "log2phy", new NumpyArrays.Expected(Kind.SLOTS.form, NumpyKinds.INTEGERS),
          "logcnt", new NumpyArrays.Expected(Kind.COUNTS.form, NumpyKinds.INTEGERS));

  private final InputSource source;
  private final PlacementExpectation expectation;
  private @Nullable NumberArray physicalToLogical;
  private @Nullable NumberArray logicalToPhysical;
  private @Nullable NumberArray logicalCount;

  private DeepseekReader(InputSource source, PlacementExpectation expectation) {
    this.source = source;
    this.expectation = expectation;
  }

  /** Returns whether a JSON document is an array instead of an object. */
  static boolean isArray(InputSource source) {
    return TokenInput.json(source, DeepseekReader::opensArray);
  }

  private static boolean opensArray(TokenInput input) throws IOException {
    boolean array = input.token() == JsonToken.START_ARRAY;
    input.skip();
    return array;
  }

  static StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    DeepseekReader reader = new DeepseekReader(source, expectation);
    switch (source.content()) {
      case ZIP ->
          NumpyArrays.read(source, ARCHIVE).forEach((name, array) -> reader.take(name, array));
      case NUMPY ->
          reader.take(
              "phy2log",
              NumpyReader.read(source, SglangFormat.LAYERS_BY_SLOTS, NumpyKinds.INTEGERS));
      default -> TokenInput.json(source, reader::document);
    }
    NumberArray map = reader.physicalToLogical;
    if (map == null) {
      throw source.fault("has no array phy2log");
    }
    return reader.compared(map);
  }

  private DeepseekReader document(TokenInput input) throws IOException {
    if (input.token() == JsonToken.START_ARRAY) {
      physicalToLogical =
          NestedNumbers.read(input, "", SglangFormat.LAYERS_BY_SLOTS, expectation.expertId());
      return this;
    }
    input.object(
        "",
        "an object with physicalToLogical",
        List.of(),
        List.copyOf(KINDS.keySet()),
        key -> {
          Kind kind = KINDS.get(key);
          if (kind == null) {
            input.skip();
            return;
          }
          set(key, kind, NestedNumbers.read(input, "/" + key, kind.form, rule(kind)));
        });
    if (physicalToLogical == null) {
      throw input.fault("", "has no key physicalToLogical");
    }
    return this;
  }

  private NumberRule rule(Kind kind) {
    return switch (kind) {
      case MAP -> expectation.expertId();
      case SLOTS -> SLOT;
      case COUNTS -> COUNT;
    };
  }

  /** Takes an array of integers that were not checked yet. */
  private void take(String name, NumberArray array) {
    Kind kind = Objects.requireNonNull(KINDS.get(name));
    NumberRule rule = rule(kind);
    double[] values = array.values();
    for (int at = 0; at < values.length; at++) {
      if (!(values[at] >= rule.minimum() && values[at] <= rule.maximum())) {
        throw source.fault(
            "%s, element %s is %s; expected %s"
                .formatted(name, at, (long) values[at], rule.description()));
      }
    }
    set(name, kind, array);
  }

  private void set(String name, Kind kind, NumberArray array) {
    NumberArray before =
        switch (kind) {
          case MAP -> physicalToLogical;
          case SLOTS -> logicalToPhysical;
          case COUNTS -> logicalCount;
        };
    if (before != null) {
      throw source.fault("has the array " + name + " under two names; expected one");
    }
    switch (kind) {
      case MAP -> physicalToLogical = array;
      case SLOTS -> logicalToPhysical = array;
      case COUNTS -> logicalCount = array;
    }
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
