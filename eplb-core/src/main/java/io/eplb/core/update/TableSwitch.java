package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.migration.SlotExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts shipments in place and publishes the table that says so, while the gate is switching. A
 * shipment is put in place as a whole or not at all, and nothing is in place unless the context
 * says so. Used once.
 */
final class TableSwitch {
  /** How often an exchange is tried that has to succeed. */
  private static final int ATTEMPTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(TableSwitch.class);

  private final EngineAccess engine;
  private final ExpertTable before;
  private final List<Shipment> placed = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private @Nullable ExpertTable after;
  private @Nullable String broken;

  TableSwitch(EngineAccess engine, ExpertTable before) {
    this.engine = engine;
    this.before = before;
  }

  /** Tries all of the shipments, which have been received. */
  void carryOut(List<Shipment> shipments) {
    for (Shipment shipment : shipments) {
      if (broken == null) {
        place(shipment);
      }
    }
    if (broken == null && !placed.isEmpty()) {
      publish();
    }
  }

  private void place(Shipment shipment) {
    int done = 0;
    try {
      for (SlotExchange exchange : shipment.exchanges()) {
        shipment.exchange(exchange);
        done++;
      }
      placed.add(shipment);
    } catch (Throwable thrown) { // Whatever it is, the memory has to agree with a table again.
      SlotExchange exchange = shipment.exchanges().get(done);
      String where =
          "layer %d, rank %d, slot %d could not be exchanged: %s"
              .formatted(
                  shipment.job().layer(),
                  exchange.rank(),
                  exchange.slot(),
                  ThrownReason.of(thrown));
      LOG.warn("{}", where, thrown);
      failures.add(new Failure(shipment, AbortReason.EXCHANGE_FAILED, where));
      undo(shipment, done);
    }
  }

  private void publish() {
    int[] layers = placed.stream().mapToInt(each -> each.job().layer()).toArray();
    Placement.Builder rows = Placement.builder(before);
    for (Shipment shipment : placed) {
      shipment.writeRow(rows, before.placement().hasReplicaOrder());
    }
    Placement next = rows.build();
    Optional<ExpertTable> published;
    AbortReason reason = AbortReason.STALE;
    String explanation = "another writer has replaced version " + before.version();
    try {
      published = engine.context().replaceLayers(before.version(), layers, next);
    } catch (Throwable thrown) { // A listener may throw an error after the update has happened.
      LOG.warn("the update of version {} threw", before.version(), thrown);
      published = publishedNevertheless(layers, next);
      reason = AbortReason.INTERNAL;
      explanation = "the context has failed: " + ThrownReason.of(thrown);
    }
    if (published.isPresent()) {
      after = published.get();
      return;
    }
    for (Shipment shipment : placed) {
      failures.add(new Failure(shipment, reason, explanation));
      undo(shipment, shipment.exchanges().size());
    }
    placed.clear();
  }

  private Optional<ExpertTable> publishedNevertheless(int[] layers, Placement next) {
    try {
      ExpertTable table = engine.context().tableAt(before.version() + 1);
      for (int layer : layers) {
        if (!table.sameLayer(layer, next)) {
          return Optional.empty();
        }
      }
      return Optional.of(table);
    } catch (RuntimeException notThere) {
      return Optional.empty();
    }
  }

  /** Takes back the first exchanges of a shipment, last to first. */
  private void undo(Shipment shipment, int done) {
    for (int index = done - 1; index >= 0; index--) {
      SlotExchange exchange = shipment.exchanges().get(index);
      for (int attempt = 1; ; attempt++) {
        try {
          shipment.exchange(exchange);
          break;
        } catch (Throwable thrown) { // As above.
          if (attempt == ATTEMPTS) {
            String where =
                "layer %d, rank %d, slot %d could not be put back: %s; memory agrees with no table"
                    .formatted(
                        shipment.job().layer(),
                        exchange.rank(),
                        exchange.slot(),
                        ThrownReason.of(thrown));
            LOG.error("{}", where, thrown);
            broken = where;
            return;
          }
        }
      }
    }
  }

  /** Returns what is in place and published. */
  List<Shipment> placed() {
    return placed;
  }

  /** Returns what is not in place, and why. */
  List<Failure> failures() {
    return failures;
  }

  /** Returns the table that memory agrees with. */
  ExpertTable table() {
    ExpertTable published = after;
    return published == null ? before : published;
  }

  /** Returns why memory agrees with no table; null if it does with {@link #table}. */
  @Nullable String broken() {
    return broken;
  }

  /** A shipment that was not put in place. */
  record Failure(Shipment shipment, AbortReason reason, String explanation) {}
}
