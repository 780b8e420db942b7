package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.server.observe.RejectedLayer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes an answer to a question as bytes, and reads it. What only the decision of a round has is
 * left out: missing and differing ranks.
 */
final class AnswerCodec {
  private AnswerCodec() {}

  static void write(PlanAnswer answer, DataOutputStream to) throws IOException {
    to.writeUTF(answer.inputs());
    to.writeBoolean(answer.changed());
    to.writeInt(answer.layerPriority().size());
    for (int layer : answer.layerPriority()) {
      to.writeInt(layer);
    }
    to.writeLong(answer.moved());
    to.writeDouble(answer.parBefore());
    to.writeDouble(answer.parAfter());
    to.writeInt(answer.rejected().size());
    for (RejectedLayer rejected : answer.rejected()) {
      to.writeInt(rejected.layer());
      to.writeUTF(rejected.rule());
      writeText(rejected.message(), to);
    }
    to.writeBoolean(answer.reason().isPresent());
    writeText(answer.reason().orElse(""), to);
    to.writeBoolean(answer.table().isPresent());
    if (answer.table().isPresent()) {
      write(answer.table().get(), to);
    }
  }

  /** Writes a text of any length. */
  private static void writeText(String text, DataOutputStream to) throws IOException {
    to.writeInt(text.length());
    to.writeChars(text);
  }

  private static void write(ExpertTable table, DataOutputStream to) throws IOException {
    Placement placement = table.placement();
    to.writeLong(table.version());
    to.writeInt(table.experts());
    to.writeInt(table.layers());
    to.writeInt(table.ranks());
    to.writeInt(table.slotsPerRank());
    to.writeBoolean(placement.hasReplicaOrder());
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      placement.copyLayer(layer, row, 0);
      write(row, to);
      if (placement.hasReplicaOrder()) {
        placement.copyReplicaOrder(layer, row, 0);
        write(row, to);
      }
    }
  }

  private static void write(int[] row, DataOutputStream to) throws IOException {
    for (int value : row) {
      to.writeInt(value);
    }
  }

  /**
   * Reads an answer.
   *
   * @throws IOException if the bytes end too early
   * @throws io.eplb.api.InvalidInputException if they are no table
   */
  static PlanAnswer read(DataInputStream from) throws IOException {
    String inputs = from.readUTF();
    boolean changed = from.readBoolean();
    List<Integer> priority = new ArrayList<>();
    for (int left = from.readInt(); left > 0; left--) {
      priority.add(from.readInt());
    }
    long moved = from.readLong();
    double before = from.readDouble();
    double after = from.readDouble();
    List<RejectedLayer> rejected = new ArrayList<>();
    for (int left = from.readInt(); left > 0; left--) {
      rejected.add(new RejectedLayer(from.readInt(), from.readUTF(), readText(from)));
    }
    boolean hasReason = from.readBoolean();
    String reason = readText(from);
    return new PlanAnswer(
        from.readBoolean() ? Optional.of(readTable(from)) : Optional.empty(),
        changed,
        priority,
        moved,
        before,
        after,
        rejected,
        hasReason ? Optional.of(reason) : Optional.empty(),
        true,
        List.of(),
        List.of(),
        inputs);
  }

  private static String readText(DataInputStream from) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int left = from.readInt(); left > 0; left--) {
      text.append(from.readChar());
    }
    return text.toString();
  }

  private static ExpertTable readTable(DataInputStream from) throws IOException {
    long version = from.readLong();
    int experts = from.readInt();
    int layers = from.readInt();
    int ranks = from.readInt();
    int slotsPerRank = from.readInt();
    Placement.Builder placement = Placement.builder(layers, ranks, slotsPerRank);
    boolean ordered = from.readBoolean();
    int[] row = new int[ranks * slotsPerRank];
    for (int layer = 0; layer < layers; layer++) {
      read(from, row);
      placement.setLayer(layer, row, 0);
      if (ordered) {
        read(from, row);
        placement.setReplicaOrder(layer, row, 0);
      }
    }
    return ExpertTable.of(version, experts, placement.build());
  }

  private static void read(DataInputStream from, int[] row) throws IOException {
    for (int at = 0; at < row.length; at++) {
      row[at] = from.readInt();
    }
  }
}
