package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.server.observe.RejectedLayer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An answer as bytes, for what must survive a restart: every field in the order of its record,
 * lists and texts after their length. A slot of the table takes two bytes, four if there are more
 * than 65,535 experts.
 */
public final class AnswerCodec {
  private static final int MOST_EXPERTS_IN_TWO_BYTES = 65_535;

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
    Placement.Builder placement = Placement.builder(layers, ranks, slotsPerRank);
    int[] row = new int[ranks * slotsPerRank];
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < row.length; slot++) {
        row[slot] = readExpert(in, experts);
      }
      placement.setLayer(layer, row, 0);
      if (ordered) {
        for (int slot = 0; slot < row.length; slot++) {
          row[slot] = in.readInt();
        }
        placement.setReplicaOrder(layer, row, 0);
      }
    }
    return ExpertTable.of(version, experts, placement.build());
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
