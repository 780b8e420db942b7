package io.eplb.core.elastic;

import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.wording.Counted;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The message that the usable slots are fewer than the experts; it names those without a slot. */
final class SlotShortage {
  private static final int MOST_NAMED = 200;

  private final int usable;
  private final int experts;
  private final StringBuilder named = new StringBuilder();
  private long missing;
  private int namedExperts;

  SlotShortage(int usable, int experts) {
    this.usable = usable;
    this.experts = experts;
  }

  boolean exists() {
    return usable < experts;
  }

  /** Adds the experts of a layer that lived nowhere and that no slot is left for. */
  void add(int layer, LayerRepair repair) {
    int[] lost = new int[experts];
    int lostCount = repair.lostExperts(lost);
    int room = usable - (experts - lostCount);
    int[] homeless = Arrays.copyOfRange(lost, Math.max(0, room), lostCount);
    int count = homeless.length;
    missing += count;
    if (count == 0 || namedExperts + count > MOST_NAMED) {
      return;
    }
    namedExperts += count;
    Arrays.sort(homeless);
    named
        .append(named.isEmpty() ? "" : "; ")
        .append("layer ")
        .append(layer)
        .append(count == 1 ? ": expert " : ": experts ")
        .append(
            Arrays.stream(homeless).mapToObj(String::valueOf).collect(Collectors.joining(", ")));
  }

  void throwIfExists() {
    if (!exists()) {
      return;
    }
    throw new InsufficientSlotsException(
        "the ranks that stay have %s for %s, %d too few in every layer; without a slot: %s%s"
            .formatted(
                Counted.of(usable, "usable slot"),
                Counted.of(experts, "expert"),
                experts - usable,
                named.isEmpty() ? Counted.of(missing, "expert") : named,
                named.isEmpty() || namedExperts == missing
                    ? ""
                    : "; and " + (missing - namedExperts) + " more in other layers"));
  }
}
