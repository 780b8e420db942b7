package io.eplb.core.context;

import io.eplb.api.ExpertTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table and the listeners that a context has published at one instant. Immutable but for the
 * link to its successor; the writer of the successor sets it once. Publications refer to later ones
 * only, so the garbage collector takes those that no thread reads or tells any more.
 */
final class Publication {
  private final ExpertTable table;
  private final List<TableListener> listeners;
  private final @Nullable TableChange change;
  private volatile @Nullable Publication next;

  private Publication(
      ExpertTable table, List<TableListener> listeners, @Nullable TableChange change) {
    this.table = table;
    this.listeners = listeners;
    this.change = change;
  }

  static Publication first(ExpertTable table) {
    return new Publication(table, List.of(), null);
  }

  /** Returns the publication of an update. */
  Publication updated(TableChange made) {
    return new Publication(made.after(), listeners, made);
  }

  /** Returns the publication of other listeners to the same table. */
  Publication listenedToBy(List<TableListener> others) {
    return new Publication(table, List.copyOf(others), null);
  }

  ExpertTable table() {
    return table;
  }

  List<TableListener> listeners() {
    return listeners;
  }

  /** Returns the update of the predecessor; null if only listeners changed. */
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
