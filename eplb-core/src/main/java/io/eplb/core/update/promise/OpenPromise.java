package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The promise of a rank that is not over: undecided, or committed and not yet carried out. */
final class OpenPromise {
  private final SwitchName name;
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

  OpenPromise(
      SwitchName name,
      long fence,
      ExpertTable table,
      TableDigest digest,
      List<PreparedLayer> layers,
      List<Integer> inherited) {
    this.name = name;
    this.fence = fence;
    this.table = table;
    this.digest = digest;
    this.layers = List.copyOf(layers);
    this.inherited = List.copyOf(inherited);
  }

  SwitchName name() {
    return name;
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
