package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation.Exchange;
import io.eplb.core.update.promise.RankGate.Change;
import io.eplb.core.update.promise.RankGate.LayerChange;
import io.eplb.core.update.promise.RankGate.Pending;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The promised change in the gate's memory. The agent alone writes it, before the gate's word
 * refers to it and never while it does. The checksum tells a change that another program damaged.
 *
 * <pre>
 *   word 0   CRC-32C of the bytes from word 2 on
 *   word 1   number of these bytes
 *   word 2   epoch of the switch, 0 for the table that an engine starts with
 *   word 3   number of the switch, likewise
 *   word 4   version of the new table
 *   word 5   its first step
 *   word 6   number of layers, which follow each other
 *
 *   a layer, 4 bytes each: layer; 1 if its row has a replica order; number of exchanges;
 *            the row's experts; their replica order, if any; slot and buffer of each exchange
 * </pre>
 */
final class ChangeArea {
  private static final int COVERED = 2 * Long.BYTES;
  private static final int LAYERS = 7 * Long.BYTES;
  private static final int LAYER_INTS = 3;

  private final GateShape shape;
  private final ByteBuffer area;

  ChangeArea(GateMemory memory) {
    this.shape = memory.shape();
    ByteBuffer all = memory.bytes();
    int from = shape.change();
    this.area = all.slice(from, all.capacity() - from).order(all.order());
  }

  static long bytes(int layers, int slots, int mostExchanges) {
    return LAYERS + layers * (LAYER_INTS + 2L * slots + 2L * mostExchanges) * Integer.BYTES;
  }

  /**
   * Writes a change.
   *
   * @throws InvalidInputException if it does not have the shape of the gate's tables
   */
  void write(Change change, long fence) {
    write(change.name().epoch(), change.name().number(), change.version(), fence, change.layers());
  }

  /**
   * Writes the table that an engine starts with.
   *
   * @throws InvalidInputException if it does not have the shape of the gate's tables
   */
  void write(ExpertTable table, long firstStep) {
    List<LayerChange> layers = new ArrayList<>();
    for (int layer = 0; layer < table.layers(); layer++) {
      layers.add(new LayerChange(layer, LayerRow.of(table.placement(), layer), List.of()));
    }
    write(0, 0, table.version(), firstStep, layers);
  }

  private void write(
      long epoch, long number, long version, long firstStep, List<LayerChange> layers) {
    layers.forEach(this::require);
    requireAscending(layers);
    ByteBuffer out = area.clear().position(COVERED);
    out.putLong(epoch).putLong(number).putLong(version).putLong(firstStep).putLong(layers.size());
    for (LayerChange layer : layers) {
      LayerRow row = layer.row();
      out.putInt(layer.layer());
      out.putInt(row.hasReplicaOrder() ? 1 : 0);
      out.putInt(layer.exchanges().size());
      put(out, row.experts());
      int[] order = row.replicaOrder();
      if (order != null) {
        put(out, order);
      }
      for (Exchange exchange : layer.exchanges()) {
        out.putInt(exchange.slot()).putInt(exchange.buffer());
      }
    }
    int end = out.position();
    area.putLong(Long.BYTES, end - COVERED);
    area.putLong(0, checksum(area, end));
  }

  private void require(LayerChange change) {
    if (change.layer() < 0
        || change.layer() >= shape.layers()
        || change.row().slots() != shape.slots()) {
      throw new InvalidInputException(
          "layer %d with %d slots; the engine has layers 0 to %d with %d slots"
              .formatted(change.layer(), change.row().slots(), shape.layers() - 1, shape.slots()));
    }
    if (change.exchanges().size() > shape.mostExchanges()) {
      throw new InvalidInputException(
          "layer %d has %d exchanges; a rank of %d slots has at most %d"
              .formatted(
                  change.layer(),
                  change.exchanges().size(),
                  shape.slotsPerRank(),
                  shape.mostExchanges()));
    }
    for (Exchange exchange : change.exchanges()) {
      if (exchange.slot() < 0 || exchange.slot() >= shape.slotsPerRank() || exchange.buffer() < 0) {
        throw new InvalidInputException(
            "layer %d exchanges slot %d and buffer %d; slots are 0 to %d, buffers 0 or more"
                .formatted(
                    change.layer(), exchange.slot(), exchange.buffer(), shape.slotsPerRank() - 1));
      }
    }
  }

  private static void requireAscending(List<LayerChange> layers) {
    for (int index = 1; index < layers.size(); index++) {
      if (layers.get(index).layer() <= layers.get(index - 1).layer()) {
        throw new InvalidInputException(
            "layer %d follows layer %d; layers must ascend"
                .formatted(layers.get(index).layer(), layers.get(index - 1).layer()));
      }
    }
  }

  private static void put(ByteBuffer out, int[] values) {
    out.asIntBuffer().put(values);
    out.position(out.position() + values.length * Integer.BYTES);
  }

  private static int[] take(ByteBuffer in, int count) {
    int[] values = new int[count];
    in.asIntBuffer().get(values);
    in.position(in.position() + count * Integer.BYTES);
    return values;
  }

  private static long checksum(ByteBuffer bytes, int end) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate().clear().position(COVERED).limit(end));
    return sum.getValue();
  }

  /**
   * Reads what was written last; it may be overwritten meanwhile if the gate's word does not refer
   * to it.
   *
   * @throws IllegalStateException if it is damaged
   */
  Content read() {
    long covered = area.getLong(Long.BYTES);
    if (covered < LAYERS - COVERED || covered > area.capacity() - COVERED) {
      throw damaged();
    }
    byte[] copy = new byte[(int) covered + COVERED];
    area.get(0, copy);
    ByteBuffer in = ByteBuffer.wrap(copy).order(area.order());
    long checksum = in.getLong();
    if (in.getLong() != covered || checksum(in, copy.length) != checksum) {
      throw damaged();
    }
    long epoch = in.getLong();
    long number = in.getLong();
    long version = in.getLong();
    long firstStep = in.getLong();
    long count = in.getLong();
    if (epoch < 0 || number < 0 || version < 0 || count < 0 || count > shape.layers()) {
      throw damaged();
    }
    List<LayerChange> layers = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      layers.add(readLayer(in));
    }
    try {
      layers.forEach(this::require);
      requireAscending(layers);
    } catch (InvalidInputException foreign) {
      throw damaged();
    }
    return new Content(checksum, epoch, number, version, firstStep, layers);
  }

  /**
   * Reads the change that the gate's word refers to.
   *
   * @throws IllegalStateException if it is damaged, or is for another fence
   */
  Content read(long fence) {
    Content content = read();
    if (content.firstStep != fence || content.epoch == 0 || content.number == 0) {
      throw damaged();
    }
    return content;
  }

  /** Returns whether a content that was read is still there. */
  boolean holds(Content content) {
    ByteBuffer there = area.duplicate().order(area.order()).clear();
    return there.getLong() == content.checksum
        && there.position(COVERED).getLong() == content.epoch
        && there.getLong() == content.number
        && there.getLong() == content.version
        && there.getLong() == content.firstStep;
  }

  private LayerChange readLayer(ByteBuffer in) {
    requireInts(in, LAYER_INTS);
    int layer = in.getInt();
    boolean ordered = in.getInt() == 1;
    int exchanges = in.getInt();
    if (exchanges < 0 || exchanges > shape.mostExchanges()) {
      throw damaged();
    }
    requireInts(in, (ordered ? 2 : 1) * shape.slots() + 2 * exchanges);
    LayerRow row = new LayerRow(take(in, shape.slots()), ordered ? take(in, shape.slots()) : null);
    List<Exchange> list = new ArrayList<>();
    for (int index = 0; index < exchanges; index++) {
      list.add(new Exchange(in.getInt(), in.getInt()));
    }
    return new LayerChange(layer, row, list);
  }

  private static void requireInts(ByteBuffer in, int ints) {
    if (in.remaining() < (long) ints * Integer.BYTES) {
      throw damaged();
    }
  }

  private static IllegalStateException damaged() {
    return new IllegalStateException("the change in the gate's memory is damaged");
  }

  /**
   * A change, or the table that an engine starts with.
   *
   * @param checksum the checksum of its bytes
   * @param epoch the epoch of the switch, or 0
   * @param number the number of the switch, or 0
   * @param version the version of the table
   * @param firstStep its first step
   * @param layers the rows, and the exchanges of this rank
   */
  record Content(
      long checksum,
      long epoch,
      long number,
      long version,
      long firstStep,
      List<LayerChange> layers) {
    /** Returns the rows as a placement; its other layers are empty. */
    Placement rows(GateShape shape) {
      Placement.Builder rows =
          Placement.builder(shape.layers(), shape.ranks(), shape.slotsPerRank());
      for (LayerChange layer : layers) {
        layer.row().writeTo(rows, layer.layer());
      }
      return rows.build();
    }

    /** Returns the change as a promise. */
    Pending toPending(boolean committed) {
      return new Pending(
          new Change(new SwitchName(epoch, number), version, layers), firstStep, committed);
    }
  }
}
