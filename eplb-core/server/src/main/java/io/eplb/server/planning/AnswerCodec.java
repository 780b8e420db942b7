package io.eplb.server.planning;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.server.observe.RejectedLayer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An answer as bytes, for what must survive a restart: every field in the order of its record,
 * lists and texts after their length. A slot of the table takes two bytes, four if there are more
 * than 65,535 experts.
 */
public final class AnswerCodec {
  private static final int MOST_EXPERTS_IN_TWO_BYTES = 65_535;

  /** Most layers have fewer slots. */
  private static final int FIRST_SLOTS = 1 << 10;

  private AnswerCodec() {}

  /** Writes an answer. */
  public static void write(DataOutputStream out, PlanAnswer answer) throws IOException {
    out.writeBoolean(answer.table().isPresent());
    if (answer.table().isPresent()) {
      write(out, answer.table().get());
    }
    out.writeBoolean(answer.changed());
    write(out, answer.layerPriority());
    out.writeLong(answer.moved());
    out.writeDouble(answer.parBefore());
    out.writeDouble(answer.parAfter());
    out.writeInt(answer.rejected().size());
    for (RejectedLayer rejected : answer.rejected()) {
      out.writeInt(rejected.layer());
      write(out, rejected.rule());
      write(out, rejected.message());
    }
    out.writeBoolean(answer.reason().isPresent());
    if (answer.reason().isPresent()) {
      write(out, answer.reason().get());
    }
    out.writeBoolean(answer.unanimous());
    write(out, answer.missing());
    write(out, answer.different());
    write(out, answer.inputs());
  }

  private static void write(DataOutputStream out, ExpertTable table) throws IOException {
    out.writeLong(table.version());
    out.writeInt(table.experts());
    out.writeInt(table.layers());
    out.writeInt(table.ranks());
    out.writeInt(table.slotsPerRank());
    out.writeBoolean(table.placement().hasReplicaOrder());
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int expert : row) {
        if (table.experts() <= MOST_EXPERTS_IN_TWO_BYTES) {
          out.writeShort(expert);
        } else {
          out.writeInt(expert);
        }
      }
      if (table.placement().hasReplicaOrder()) {
        table.placement().copyReplicaOrder(layer, row, 0);
        for (int key : row) {
          out.writeInt(key);
        }
      }
    }
  }

  private static void write(DataOutputStream out, List<Integer> numbers) throws IOException {
    out.writeInt(numbers.size());
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads an answer.
   *
   * @throws IOException if the bytes end too early
   * @throws io.eplb.api.InvalidInputException if they are no table
   */
  public static PlanAnswer read(DataInputStream in) throws IOException {
    return new PlanAnswer(
        in.readBoolean() ? Optional.of(readTable(in)) : Optional.empty(),
        in.readBoolean(),
        readNumbers(in),
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        readRejected(in),
        in.readBoolean() ? Optional.of(readText(in)) : Optional.empty(),
        in.readBoolean(),
        readNumbers(in),
        readNumbers(in),
        readText(in));
  }

  private static ExpertTable readTable(DataInputStream in) throws IOException {
    long version = in.readLong();
    int experts = in.readInt();
    int layers = in.readInt();
    int ranks = in.readInt();
    int slotsPerRank = in.readInt();
    boolean ordered = in.readBoolean();
    long slots = (long) ranks * slotsPerRank;
    if (layers < 1 || slots < 1 || slots > EpTopology.MAX_PHYSICAL_EXPERTS) {
      throw new IOException("not a table: it has %s × %s slots".formatted(layers, slots));
    }
    List<int[]> rows = new ArrayList<>();
    List<int[]> orders = new ArrayList<>();
    while (rows.size() < layers) {
      rows.add(readRow((int) slots, () -> readExpert(in, experts)));
      if (ordered) {
        orders.add(readRow((int) slots, in::readInt));
      }
    }
    Placement.Builder placement = Placement.builder(layers, ranks, slotsPerRank);
    for (int layer = 0; layer < layers; layer++) {
      placement.setLayer(layer, rows.get(layer), 0);
      if (ordered) {
        placement.setReplicaOrder(layer, orders.get(layer), 0);
      }
    }
    return ExpertTable.of(version, experts, placement.build());
  }

  /** A reader of the number of one slot. */
  private interface SlotReading {
    int next() throws IOException;
  }

  /** Reads a row; memory grows with what is there, since damaged bytes may claim any length. */
  private static int[] readRow(int slots, SlotReading reading) throws IOException {
    int[] row = new int[Math.min(slots, FIRST_SLOTS)];
    for (int slot = 0; slot < slots; slot++) {
      if (slot == row.length) {
        row = Arrays.copyOf(row, (int) Math.min(slots, 2L * slot));
      }
      row[slot] = reading.next();
    }
    return row;
  }

  private static int readExpert(DataInputStream in, int experts) throws IOException {
    if (experts > MOST_EXPERTS_IN_TWO_BYTES) {
      return in.readInt();
    }
    int expert = in.readUnsignedShort();
    return expert == MOST_EXPERTS_IN_TWO_BYTES ? Placement.EMPTY : expert;
  }

  private static List<RejectedLayer> readRejected(DataInputStream in) throws IOException {
    int size = in.readInt();
    List<RejectedLayer> rejected = new ArrayList<>();
    while (rejected.size() < size) {
      rejected.add(new RejectedLayer(in.readInt(), readText(in), readText(in)));
    }
    return rejected;
  }

  private static List<Integer> readNumbers(DataInputStream in) throws IOException {
    int size = in.readInt();
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < size) {
      numbers.add(in.readInt());
    }
    return numbers;
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
