package io.eplb.core.context;

import io.eplb.api.ExpertTable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a context has published at one instant. Immutable but for the link to its successor, which
 * the writer of the successor sets once. Publications refer to later ones only, so those that
 * nobody is reading or telling any more are garbage.
 */
final class Publication {
  /** Consecutive versions, oldest first; the last is the one in force. */
  private final ExpertTable[] recent;

  private final List<TableListener> listeners;
  private final @Nullable TableChange change;
  private volatile @Nullable Publication next;

  private Publication(
      ExpertTable[] recent, List<TableListener> listeners, @Nullable TableChange change) {
    this.recent = recent;
    this.listeners = listeners;
    this.change = change;
  }

  static Publication first(ExpertTable table) {
    return new Publication(new ExpertTable[] {table}, List.of(), null);
  }

  /** Returns the publication of an update, which keeps at most {@code history} tables. */
  Publication updated(TableChange made, int history) {
    int kept = Math.min(recent.length, history - 1);
    ExpertTable[] tables = Arrays.copyOfRange(recent, recent.length - kept, recent.length + 1);
    tables[kept] = made.after();
    return new Publication(tables, listeners, made);
  }

  /** Returns the publication of other listeners to the same table. */
  Publication listenedToBy(List<TableListener> others) {
    return new Publication(recent, List.copyOf(others), null);
  }

  ExpertTable table() {
    return recent[recent.length - 1];
  }

  /** Returns the oldest table that is kept. */
  ExpertTable oldest() {
    return recent[0];
  }

  /** Returns the table of a version, or null if it is not kept or not yet there. */
  @Nullable ExpertTable tableAt(long version) {
    long index = version - recent[0].version();
    return index >= 0 && index < recent.length ? recent[(int) index] : null;
  }

  List<TableListener> listeners() {
    return listeners;
  }

  /** Returns the update that made this out of its predecessor; null if only listeners changed. */
  @Nullable TableChange change() {
    return change;
  }

  @Nullable Publication next() {
    return next;
  }

  void link(Publication successor) {
    next = successor;
  }
}
