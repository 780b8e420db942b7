package io.eplb.core.cluster;

import io.eplb.api.ExpertTable;
import io.eplb.core.consistency.Camp;
import io.eplb.core.consistency.ConsistencyReport;
import io.eplb.core.consistency.TableDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who starts with which table, and how the camps differ from the largest, which is the majority if
 * it is more than half.
 *
 * <p>The first voice of a camp speaks for it: it shows the row of the first layer in which its camp
 * differs; the speaker of the largest camp shows all those layers' rows. Rows are shown for as long
 * as a contribution has room, two bytes per slot.
 */
final class TableVote {
  private static final int BYTES_PER_SLOT = 2;

  private final Map<String, Voice> voices;
  private final List<Camp> camps;
  private final boolean majority;

  private TableVote(Map<String, Voice> voices, List<Camp> camps, boolean majority) {
    this.voices = voices;
    this.camps = camps;
    this.majority = majority;
  }

  static TableVote of(List<Voice> voices) {
    Map<String, Voice> byLabel = new LinkedHashMap<>();
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    for (Voice voice : voices) {
      byLabel.put(voice.label(), voice);
      digests.put(voice.label(), voice.digest());
    }
    if (digests.isEmpty()) {
      return new TableVote(byLabel, List.of(), false);
    }
    ConsistencyReport report = ConsistencyReport.of(digests);
    return new TableVote(byLabel, report.camps(), report.majority().isPresent());
  }

  boolean unanimous() {
    return camps.size() <= 1;
  }

  /** Returns the rows that a member has to show: none unless it speaks for a camp. */
  byte[] rowsToShow(GroupMember member, ExpertTable table) {
    for (Camp camp : camps) {
      if (speaker(camp).member() == member.id()) {
        return rows(layersToShow(camp), table);
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
        buffer.putShort((short) expert);
      }
    }
    return buffer.array();
  }

  /** Returns the layers that a camp's speaker shows, in this order. */
  private List<Integer> layersToShow(Camp camp) {
    Camp reference = camps.get(0);
    Stream<Camp> shown = camp.equals(reference) ? camps.stream() : Stream.of(camp);
    return shown.flatMap(other -> firstLayer(other).stream()).distinct().toList();
  }

  private Optional<Integer> firstLayer(Camp camp) {
    return camp.layersUnlike(camps.get(0)).stream().findFirst();
  }

  /** Returns how every camp differs from the largest. */
  List<StartUpProblem> problems(Gathered shown) {
    Map<Long, byte[]> payloads = new HashMap<>();
    shown.contributions().forEach(said -> payloads.put(said.member(), said.payload()));
    List<StartUpProblem> problems = new ArrayList<>();
    for (Camp camp : camps.subList(1, camps.size())) {
      problems.add(problem(camp, payloads));
    }
    return problems;
  }

  private StartUpProblem problem(Camp camp, Map<Long, byte[]> payloads) {
    Camp reference = camps.get(0);
    List<Voice> concerned = new ArrayList<>(voicesOf(camp));
    String others;
    if (majority) {
      others = "from the majority";
    } else {
      others = "from " + Names.ofVoices(voicesOf(reference)) + ", without a majority";
      concerned.addAll(voicesOf(reference));
    }
    List<Integer> layers = camp.layersUnlike(reference);
    Optional<SlotDifference> slot =
        camp.shapedLike(reference) ? firstDifference(camp, payloads) : Optional.empty();
    String where =
        camp.shapedLike(reference)
            ? " in " + Names.ofLayers(layers) + slot.map(first -> "; first at " + first).orElse("")
            : ": %s, not %s".formatted(camp.digest().shape(), reference.digest().shape());
    return new StartUpProblem(
        StartUpProblem.Kind.TABLE,
        Names.ranks(concerned),
        layers,
        slot,
        "the expert table of %s differs %s%s"
            .formatted(Names.ofVoices(voicesOf(camp)), others, where));
  }

  private Optional<SlotDifference> firstDifference(Camp camp, Map<Long, byte[]> payloads) {
    Camp reference = camps.get(0);
    int layer = firstLayer(camp).orElseThrow();
    int slotsPerRank = speaker(camp).topology().slotsPerRank();
    int slots = speaker(camp).topology().physicalExperts();
    ByteBuffer row = shownRow(camp, layer, slots, payloads);
    ByteBuffer expected = shownRow(reference, layer, slots, payloads);
    if (row == null || expected == null) {
      return Optional.empty();
    }
    for (int slot = 0; slot < slots; slot++) {
      int expert = Short.toUnsignedInt(row.getShort());
      int wanted = Short.toUnsignedInt(expected.getShort());
      if (expert != wanted) {
        return Optional.of(
            new SlotDifference(layer, slot / slotsPerRank, slot % slotsPerRank, expert, wanted));
      }
    }
    return Optional.empty();
  }

  /** Returns the row that a camp's speaker showed of a layer, or null if it did not. */
  private @Nullable ByteBuffer shownRow(
      Camp camp, int layer, int slots, Map<Long, byte[]> payloads) {
    byte[] payload = payloads.get(speaker(camp).member());
    long from = (long) layersToShow(camp).indexOf(layer) * slots * BYTES_PER_SLOT;
    int length = slots * BYTES_PER_SLOT;
    return payload == null || from + length > payload.length
        ? null
        : ByteBuffer.wrap(payload, (int) from, length);
  }

  private Voice speaker(Camp camp) {
    return voicesOf(camp).get(0);
  }

  private List<Voice> voicesOf(Camp camp) {
    List<Voice> found = new ArrayList<>();
    for (String label : camp.members()) {
      Voice voice = voices.get(label);
      if (voice != null) {
        found.add(voice);
      }
    }
    return found;
  }
}
