package io.eplb.core.context;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;

/**
 * The table in force, and its updates. Thread-safe: no thread ever waits for another. The package
 * comment lists the invariants.
 *
 * <p>A writer reads {@link #current()}, decides, and updates with the version of that table. An
 * empty answer means that another writer was faster; the writer starts over with the newer table:
 *
 * <pre>
 *   current is version 7
 *   A: replaceLayers(7, {0}, …)  → version 8
 *   B: replaceLayers(7, {5}, …)  → empty, nothing changed
 *   B: replaceLayers(8, {5}, …)  → version 9, with A's layer 0
 * </pre>
 */
public final class EplbContext {
  private static final AtomicReferenceFieldUpdater<EplbContext, Publication> LATEST =
      AtomicReferenceFieldUpdater.newUpdater(EplbContext.class, Publication.class, "latest");

  private final ChangeDelivery delivery;

  /** Replaced by compare-and-set only. */
  private volatile Publication latest;

  /** Starts from a table. */
  public EplbContext(ExpertTable initial) {
    Publication first = Publication.first(initial);
    this.latest = first;
    this.delivery = new ChangeDelivery(first);
  }

  /** Returns the table in force. Never waits. */
  public ExpertTable current() {
    return latest.table();
  }

  /**
   * Replaces some layers, all of them or none.
   *
   * @param expectedVersion the version that the update was made for
   * @param layers the layers to replace, each once, in any order
   * @param rows the placement with their new rows and replica order; its other layers are ignored
   * @return the table of the next version, or the current one if no row differs; empty if {@code
   *     expectedVersion} is not the current version: nothing was changed
   * @throws InvalidInputException if the result would not be a valid table of the same shape, or a
   *     layer does not exist or is named twice; nothing was changed
   */
  public Optional<ExpertTable> replaceLayers(long expectedVersion, int[] layers, Placement rows) {
    Optional<ExpertTable> table = replaceLayersUntold(expectedVersion, layers, rows);
    tellListeners();
    return table;
  }

  /**
   * Replaces some layers as {@link #replaceLayers} does, but tells no listener: {@link
   * #tellListeners} or the next writer does. For a caller that holds up steps meanwhile.
   */
  public Optional<ExpertTable> replaceLayersUntold(
      long expectedVersion, int[] layers, Placement rows) {
    Publication seen = latest;
    if (seen.table().version() != expectedVersion) {
      return Optional.empty();
    }
    return merge(seen, ascending(layers, seen.table()), rows);
  }

  /** Tells the listeners of all updates not told yet, unless another thread is telling them. */
  public void tellListeners() {
    delivery.announce();
  }

  /**
   * Replaces one rank's rows in some layers, all of them or none. The replica order keeps its keys
   * slot by slot.
   *
   * @param expectedVersion the version that the update was made for
   * @param layers the layers to replace, each once, in any order
   * @param rows layers × slots per rank experts, in the order of {@code layers}
   * @return as {@link #replaceLayers}
   * @throws InvalidInputException as {@link #replaceLayers}, and if there is no such rank or {@code
   *     rows} has another length
   */
  public Optional<ExpertTable> replaceRank(
      long expectedVersion, int rank, int[] layers, int[] rows) {
    Publication seen = latest;
    ExpertTable table = seen.table();
    if (table.version() != expectedVersion) {
      return Optional.empty();
    }
    int[] ascending = ascending(layers, table);
    Require.index("rank", rank, table.ranks());
    int slots = table.slotsPerRank();
    if (rows.length != (long) layers.length * slots) {
      throw new InvalidInputException(
          "the rows of rank %d have %d elements; %d layers × %d slots need %d"
              .formatted(rank, rows.length, layers.length, slots, (long) layers.length * slots));
    }
    Placement.Builder builder = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    for (int index = 0; index < layers.length; index++) {
      table.copyLayer(layers[index], row, 0);
      System.arraycopy(rows, index * slots, row, rank * slots, slots);
      builder.setLayer(layers[index], row, 0);
    }
    Optional<ExpertTable> merged = merge(seen, ascending, builder.build());
    tellListeners();
    return merged;
  }

  private Optional<ExpertTable> merge(Publication seen, int[] layers, Placement rows) {
    ExpertTable table = seen.table();
    List<Integer> changed = new ArrayList<>();
    for (int layer : layers) {
      if (!table.sameLayer(layer, rows)) {
        changed.add(layer);
      }
    }
    if (changed.isEmpty()) {
      return Optional.of(table);
    }
    int[] layersToTake = changed.stream().mapToInt(Integer::intValue).toArray();
    ExpertTable merged = table.withLayers(table.version() + 1, layersToTake, rows);
    TableChange change = new TableChange(table, merged, changed);
    return publish(
            before -> before.table().version() == table.version() ? before.updated(change) : before)
        .map(Publication::table);
  }

  /**
   * Publishes a successor to the latest publication; the caller tells the listeners.
   *
   * @param successor returns its argument to publish nothing; may be asked several times
   * @return the published successor; empty if there is none
   */
  private Optional<Publication> publish(UnaryOperator<Publication> successor) {
    while (true) {
      Publication before = latest;
      Publication after = successor.apply(before);
      if (after == before) {
        return Optional.empty();
      }
      if (LATEST.compareAndSet(this, before, after)) {
        before.link(after);
        return Optional.of(after);
      }
    }
  }

  private static int[] ascending(int[] layers, ExpertTable table) {
    int[] sorted = layers.clone();
    Arrays.sort(sorted);
    for (int index = 0; index < sorted.length; index++) {
      int layer = sorted[index];
      Require.index("layer", layer, table.layers());
      if (index > 0 && sorted[index - 1] == layer) {
        throw new InvalidInputException(
            "the update names layer " + layer + " twice; once is enough");
      }
    }
    return sorted;
  }

  /**
   * Registers a listener. It is told of every update to the returned table and to later ones. A
   * listener that is registered twice is told twice.
   *
   * @return the table in force at that instant
   */
  public ExpertTable addListener(TableListener listener) {
    ExpertTable table =
        publish(
                before -> {
                  List<TableListener> listeners = new ArrayList<>(before.listeners());
                  listeners.add(listener);
                  return before.listenedToBy(listeners);
                })
            .orElseThrow()
            .table();
    tellListeners();
    return table;
  }

  /**
   * Removes a listener once. Updates that were published before may still be told to it after this
   * returns.
   *
   * @return whether it was registered
   */
  public boolean removeListener(TableListener listener) {
    boolean removed =
        publish(
                before -> {
                  List<TableListener> listeners = new ArrayList<>(before.listeners());
                  return listeners.remove(listener) ? before.listenedToBy(listeners) : before;
                })
            .isPresent();
    tellListeners();
    return removed;
  }
}
