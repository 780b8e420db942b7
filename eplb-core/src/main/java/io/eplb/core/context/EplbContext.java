package io.eplb.core.context;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The table in force, and the way to its next version. Thread-safe; nobody ever waits for anybody,
 * readers least of all. The package says which invariants hold.
 *
 * <p>A writer reads {@link #current()}, decides, and updates with the version that it decided on;
 * an empty answer says that another writer was faster, and it starts over with the newer table.
 *
 * <p>A load can only be understood with the table under which it was measured. The context keeps
 * the recent tables for that purpose, and refuses a load of a version that it no longer knows.
 */
public final class EplbContext {
  /** How many tables are kept unless told otherwise. */
  public static final int DEFAULT_HISTORY = 32;

  /** The most tables that can be kept. */
  public static final int MAX_HISTORY = 1_024;

  private static final VarHandle LATEST;

  static {
    try {
      LATEST = MethodHandles.lookup().findVarHandle(EplbContext.class, "latest", Publication.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final int history;
  private final ChangeDelivery delivery;

  /** Replaced by compare-and-set only. */
  private volatile Publication latest;

  /** Starts from a table and keeps {@value #DEFAULT_HISTORY} tables. */
  public EplbContext(ExpertTable initial) {
    this(initial, DEFAULT_HISTORY);
  }

  /**
   * Starts from a table.
   *
   * @param history how many tables to keep, the one in force among them, 1 to {@value #MAX_HISTORY}
   * @throws InvalidInputException if {@code history} is out of range
   */
  public EplbContext(ExpertTable initial, int history) {
    Require.inRange("history", history, 1, MAX_HISTORY);
    Publication first = Publication.first(initial);
    this.history = history;
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
   * @param rows their new rows with the replica order; its other layers are not looked at
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
   * As {@link #replaceLayers}, but leaves it to {@link #tellListeners}, or to the next writer, to
   * tell the listeners. For who holds others up meanwhile.
   */
  public Optional<ExpertTable> replaceLayersUntold(
      long expectedVersion, int[] layers, Placement rows) {
    Publication seen = latest;
    if (seen.table().version() != expectedVersion) {
      return Optional.empty();
    }
    return merge(seen, ascending(layers, seen.table()), rows);
  }

  /** Tells the listeners what they have not been told of, unless another thread is at it. */
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
            before ->
                before.table().version() == table.version()
                    ? before.updated(change, history)
                    : before)
        .map(Publication::table);
  }

  /**
   * Publishes a successor to the latest publication; somebody has to tell the listeners.
   *
   * @param successor returns its argument to publish nothing; may be asked several times
   * @return what was published; empty if nothing was
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
   * Registers a listener, which is told of every update to the table that this returns and to later
   * ones. A listener that is registered twice is told twice.
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

  /**
   * Returns the table of a version, if it is still kept.
   *
   * @throws InvalidInputException if it is not, saying which versions are
   */
  public ExpertTable tableAt(long version) {
    Publication seen = latest;
    ExpertTable table = seen.tableAt(version);
    if (table == null) {
      throw new InvalidInputException(
          "the table of version "
              + version
              + (version > seen.table().version() ? " does not exist yet" : " is not kept any more")
              + "; known are versions "
              + seen.oldest().version()
              + " to "
              + seen.table().version());
    }
    return table;
  }

  /**
   * Computes expert loads with the table under which a workload was measured.
   *
   * @return layers × experts: per expert the tokens of all its replicas over all windows
   * @throws InvalidInputException if that table is not kept any more or never was, or its shape is
   *     another (rule I1)
   */
  public double[] expertLoads(ExpertWorkload workload) {
    ExpertTable table = measuredUnder(workload);
    double[] loads = new double[table.layers() * table.experts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      workload.expertLoads(table, layer, loads, layer * table.experts());
    }
    return loads;
  }

  /**
   * Restates a workload as if it had been measured under another table, say the current one: window
   * by window the same expert loads, split evenly over the replicas that {@code table} has.
   *
   * @return the workload itself if {@code table} has the version that it was measured under
   * @throws InvalidInputException if the table that it was measured under is not kept any more or
   *     never was, or a shape is another (rule I1)
   */
  public ExpertWorkload restate(ExpertWorkload workload, ExpertTable table) {
    ExpertTable measuredUnder = measuredUnder(workload);
    workload.requireShapeOf(table);
    if (measuredUnder.experts() != table.experts()) {
      throw new InvalidInputException(
          "I1: the workload was measured over %d experts, the table has %d; they must agree"
              .formatted(measuredUnder.experts(), table.experts()));
    }
    if (measuredUnder.version() == table.version()) {
      return workload;
    }
    int perWindow = table.layers() * table.experts();
    double[] loads = new double[Math.multiplyExact(workload.windows(), perWindow)];
    for (int window = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < table.layers(); layer++) {
        int offset = window * perWindow + layer * table.experts();
        workload.expertLoads(measuredUnder, layer, window, window + 1, loads, offset);
      }
    }
    return ExpertWorkload.ofExpertLoads(table, workload.windows(), loads);
  }

  private ExpertTable measuredUnder(ExpertWorkload workload) {
    ExpertTable table = tableAt(workload.measuredUnder());
    workload.requireShapeOf(table);
    return table;
  }
}
