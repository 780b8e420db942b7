package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.SwitchName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The promise of a rank that is not over: undecided, or committed and not yet carried out. */
final class OpenPromise {
  private final RankGate.Change change;
  private final long fence;
  private final ExpertTable table;
  private final TableDigest digest;
  private final List<PreparedLayer> layers;

  /** The buffers of a promise that was made before the agent restarted; else none. */
  private final List<Integer> inherited;

  private final CompletableFuture<Void> carriedOut = new CompletableFuture<>();
  private boolean committed;

  /** The time of the last question to the record that was not answered; 0 if there is none. */
  private long askedAt;

  private boolean asking;

  private OpenPromise(
      RankGate.Change change,
      long fence,
      ExpertTable before,
      TableDigest digestBefore,
      List<PreparedLayer> layers,
      List<Integer> inherited) {
    Placement.Builder rows = Placement.builder(before);
    change.layers().forEach(layer -> layer.row().writeTo(rows, layer.layer()));
    List<Integer> changed = change.layers().stream().map(RankGate.LayerChange::layer).toList();
    this.change = change;
    this.fence = fence;
    this.table =
        before.withLayers(
            change.version(), changed.stream().mapToInt(Integer::intValue).toArray(), rows.build());
    this.digest = digestBefore.with(table, changed);
    this.layers = List.copyOf(layers);
    this.inherited = List.copyOf(inherited);
  }

  /**
   * Creates the promise of a switch of prepared layers.
   *
   * @param before the table in force
   * @param digestBefore its digest
   */
  static OpenPromise of(
      SwitchName name,
      long fence,
      List<PreparedLayer> layers,
      ExpertTable before,
      TableDigest digestBefore) {
    List<RankGate.LayerChange> changes = new ArrayList<>();
    for (PreparedLayer layer : layers) {
      Preparation of = layer.preparation();
      changes.add(new RankGate.LayerChange(of.layer(), of.row(), of.exchanges()));
    }
    return new OpenPromise(
        new RankGate.Change(name, before.version() + 1, changes),
        fence,
        before,
        digestBefore,
        layers,
        List.of());
  }

  /** Creates the promise that a gate has from an agent before this one. */
  static OpenPromise inherited(
      RankGate.Pending pending, ExpertTable before, TableDigest digestBefore) {
    List<Integer> buffers =
        pending.change().layers().stream()
            .flatMap(layer -> layer.exchanges().stream())
            .map(Preparation.Exchange::buffer)
            .distinct()
            .toList();
    return new OpenPromise(
        pending.change(), pending.fence(), before, digestBefore, List.of(), buffers);
  }

  SwitchName name() {
    return change.name();
  }

  /** Returns the change that the gate carries out. */
  RankGate.Change change() {
    return change;
  }

  long fence() {
    return fence;
  }

  /** Returns the table after the switch. */
  ExpertTable table() {
    return table;
  }

  TableDigest digest() {
    return digest;
  }

  List<PreparedLayer> layers() {
    return layers;
  }

  List<Integer> inherited() {
    return inherited;
  }

  boolean isCommitted() {
    return committed;
  }

  void commit() {
    committed = true;
  }

  CompletableFuture<Void> carriedOut() {
    return carriedOut;
  }

  /** Returns whether the record may be asked: no question is open, or it has become too old. */
  boolean mayAsk(long now, long patienceNanos) {
    return !asking || now - askedAt >= patienceNanos;
  }

  void asked(long now) {
    asking = true;
    askedAt = now;
  }

  void answered() {
    asking = false;
  }
}
