package io.eplb.core.cluster;

import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Listed;
import io.eplb.core.consistency.ConsistencyReport;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.consistency.TableHolders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tables that members start with, and the differences of each from the reference: the table of
 * most members, of the majority if they are more than half.
 *
 * <p>The first holder of a table speaks for it and sends the row of the first layer in which its
 * table differs; the speaker of the reference sends all those layers' rows. Rows are sent while a
 * contribution has room, four bytes per slot: EMPTY is −1.
 */
final class TableComparison {
  private static final int BYTES_PER_SLOT = Integer.BYTES;

  /** A source of rows in which tables differ. */
  @FunctionalInterface
  interface Rows {
    /** Returns the row of a layer in the table of these members; empty if none has sent it. */
    Optional<int[]> of(List<MemberStatement> holders, int layer);
  }

  private final Map<String, MemberStatement> statements;
  private final List<TableHolders> tables;
  private final boolean majority;

  private TableComparison(
      Map<String, MemberStatement> statements, List<TableHolders> tables, boolean majority) {
    this.statements = statements;
    this.tables = tables;
    this.majority = majority;
  }

  static TableComparison of(List<MemberStatement> statements) {
    Map<String, MemberStatement> byLabel = new LinkedHashMap<>();
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    for (MemberStatement statement : statements) {
      byLabel.put(statement.label(), statement);
      digests.put(statement.label(), statement.digest());
    }
    if (digests.isEmpty()) {
      return new TableComparison(byLabel, List.of(), false);
    }
    ConsistencyReport report = ConsistencyReport.of(digests);
    return new TableComparison(byLabel, report.byTable(), report.majority().isPresent());
  }

  boolean unanimous() {
    return tables.size() <= 1;
  }

  /** Returns the rows that a member has to send: none unless it speaks for a table. */
  byte[] rowsToShow(GroupMember member, ExpertTable table) {
    for (TableHolders holders : tables) {
      if (speaker(holders).member() == member.id()) {
        return rows(layersToShow(holders), table);
      }
    }
    return new byte[0];
  }

  private static byte[] rows(List<Integer> layers, ExpertTable table) {
    int slots = table.physicalExperts();
    long room = GroupMember.MAX_PAYLOAD_BYTES / ((long) slots * BYTES_PER_SLOT);
    int shown = (int) Math.min(room, layers.size());
    ByteBuffer buffer = ByteBuffer.allocate(shown * slots * BYTES_PER_SLOT);
    int[] row = new int[slots];
    for (int layer : layers.subList(0, shown)) {
      table.copyLayer(layer, row, 0);
      for (int expert : row) {
        buffer.putInt(expert);
      }
    }
    return buffer.array();
  }

  /** Returns the layers whose rows the speaker of a table sends, in this order. */
  private List<Integer> layersToShow(TableHolders holders) {
    TableHolders reference = tables.get(0);
    Stream<TableHolders> shown = holders.equals(reference) ? tables.stream() : Stream.of(holders);
    return shown.flatMap(other -> firstLayer(other).stream()).distinct().toList();
  }

  private Optional<Integer> firstLayer(TableHolders holders) {
    return holders.digest().layersUnlike(tables.get(0).digest()).stream().findFirst();
  }

  /** Returns the rows that the speakers have sent. */
  Rows sent(Gathered shown) {
    Map<Long, byte[]> payloads = new HashMap<>();
    shown.contributions().forEach(said -> payloads.put(said.member(), said.payload()));
    return (holders, layer) -> sentRow(holders.get(0), layer, payloads);
  }

  /** Returns the differences of every table from the reference. */
  List<StartUpProblem> problems(Rows rows) {
    return tables.stream().skip(1).map(holders -> problem(holders, rows)).toList();
  }

  private StartUpProblem problem(TableHolders holders, Rows rows) {
    TableHolders reference = tables.get(0);
    List<MemberStatement> concerned = new ArrayList<>(statementsOf(holders));
    String others;
    if (majority) {
      others = "from the majority";
    } else {
      others = "from " + Names.ofMembers(statementsOf(reference)) + ", without a majority";
      concerned.addAll(statementsOf(reference));
    }
    List<Integer> layers = holders.digest().layersUnlike(reference.digest());
    boolean sameShape = holders.digest().shapedLike(reference.digest());
    Optional<SlotDifference> slot = sameShape ? firstDifference(holders, rows) : Optional.empty();
    String where =
        sameShape
            ? " in "
                + Listed.of("layer", layers)
                + slot.map(first -> "; first at " + first).orElse("")
            : ": %s, not %s".formatted(holders.digest().shape(), reference.digest().shape());
    return new StartUpProblem(
        StartUpProblem.Kind.TABLE,
        Names.ranks(concerned),
        layers,
        slot,
        "the expert table of %s differs %s%s"
            .formatted(Names.ofMembers(statementsOf(holders)), others, where));
  }

  private Optional<SlotDifference> firstDifference(TableHolders holders, Rows rows) {
    int layer = firstLayer(holders).orElseThrow();
    int slotsPerRank = speaker(holders).topology().slotsPerRank();
    int[] row = rows.of(statementsOf(holders), layer).orElse(new int[0]);
    int[] expected = rows.of(statementsOf(tables.get(0)), layer).orElse(new int[0]);
    if (row.length != expected.length) {
      return Optional.empty();
    }
    int slot = Arrays.mismatch(row, expected);
    return slot < 0
        ? Optional.empty()
        : Optional.of(
            new SlotDifference(
                layer, slot / slotsPerRank, slot % slotsPerRank, row[slot], expected[slot]));
  }

  /** Returns a layer's row as the speaker of a table sent it. */
  private Optional<int[]> sentRow(MemberStatement speaker, int layer, Map<Long, byte[]> payloads) {
    byte[] payload = payloads.get(speaker.member());
    int slots = speaker.topology().physicalExperts();
    int length = slots * BYTES_PER_SLOT;
    TableHolders held =
        tables.stream().filter(table -> speaker.equals(speaker(table))).findFirst().orElseThrow();
    long from = (long) layersToShow(held).indexOf(layer) * length;
    if (payload == null || from + length > payload.length) {
      return Optional.empty();
    }
    int[] row = new int[slots];
    ByteBuffer.wrap(payload, (int) from, length).asIntBuffer().get(row);
    return Optional.of(row);
  }

  private MemberStatement speaker(TableHolders holders) {
    return statementsOf(holders).get(0);
  }

  private List<MemberStatement> statementsOf(TableHolders holders) {
    List<MemberStatement> found = new ArrayList<>();
    for (String label : holders.names()) {
      MemberStatement statement = statements.get(label);
      if (statement != null) {
        found.add(statement);
      }
    }
    return found;
  }
}
