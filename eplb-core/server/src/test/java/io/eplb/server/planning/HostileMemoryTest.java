package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.hostile.HostileBytes;
import io.eplb.core.hostile.HostileRun;
import io.eplb.core.load.Weighting;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.state.Journal;
import io.eplb.server.state.MemoryDisk;
import io.eplb.server.state.StateFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Damaged state of a model: whole journals, and records with the right checksum. A service that
 * starts with it has the model's memory or a new one, and goes on.
 */
class HostileMemoryTest {
  private static final String GROUP = "group";
  private static final String FILE = "model-2x8";
  private static final Weighting WEIGHTING = Weighting.exponential(0.25);

  private static PlanAnswer answer(ExpertTable table) {
    return new PlanAnswer(
        Optional.of(table),
        true,
        List.of(1, 0),
        7,
        2.0,
        1.5,
        List.of(new RejectedLayer(1, "P4", "twice")),
        Optional.of("a reason"),
        true,
        List.of(3),
        List.of(),
        "00ff");
  }

  /** Returns the state of a model that has seen some windows and given some answers. */
  private static StateFolder remembered(MemoryDisk disk, int answers) throws IOException {
    StateFolder folder = disk.open();
    ModelMemory memory = new ModelMemory(folder, GROUP, "2x8", 2, 8);
    memory.open(WEIGHTING);
    ExpertTable table = ExpertTable.initial(2, EpTopology.of(8, 4, 1, 1, 3));
    for (int number = 0; number < answers; number++) {
      double[] window = new double[16];
      window[number % 16] = number;
      memory.count("digest " + number, List.of(window, new double[16]));
      memory.add(answer(table));
    }
    // A table with an order of replicas.
    Placement.Builder ordered = Placement.builder(table);
    int[] order = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    ordered.setReplicaOrder(0, order, 0);
    memory.add(answer(ExpertTable.of(1, 8, ordered.build())));
    return folder;
  }

  @Test
  void aServiceStartsOnEveryDamagedMemory() throws Exception {
    List<byte[]> journals = new ArrayList<>();
    List<byte[]> records = new ArrayList<>();
    for (int answers : new int[] {1, 3, ModelMemory.LONGEST_JOURNAL / 2}) {
      StateFolder folder = remembered(new MemoryDisk(), answers);
      journals.add(folder.read(GROUP, FILE).orElseThrow());
      records.addAll(folder.journal(GROUP, FILE).records());
    }
    new HostileRun(HostileMemoryTest.class, "model-state", 10)
        .attack(
            random ->
                random.nextInt(4) == 0
                    ? new HostileBytes(
                        HostileBytes.damaged(journals, random), HostileMemoryTest::startOnJournal)
                    : new HostileBytes(
                        HostileBytes.damaged(records, random), HostileMemoryTest::startOnRecord));
  }

  private static String startOnJournal(byte[] content) throws IOException {
    StateFolder folder = new MemoryDisk().open();
    folder.replace(GROUP, FILE, content);
    return start(folder);
  }

  private static String startOnRecord(byte[] record) throws IOException {
    StateFolder folder = new MemoryDisk().open();
    Journal journal = folder.journal(GROUP, FILE);
    journal.append(record);
    return start(folder);
  }

  /** Returns a word if the state was set aside. */
  private static String start(StateFolder folder) throws IOException {
    ModelMemory memory = new ModelMemory(folder, GROUP, "2x8", 2, 8);
    memory.open(WEIGHTING);
    if (memory.history().windows() > 0) {
      for (double load : memory.history().estimate()) {
        assertTrue(load >= 0.0 && load <= Double.MAX_VALUE, () -> "estimates " + load);
      }
    }
    memory.latest().ifPresent(PlanAnswer::digest);
    memory.count("another", List.of(new double[16]));
    memory.add(answer(ExpertTable.initial(2, EpTopology.of(8, 4, 1, 1, 3))));
    return folder.read(GROUP, FILE + ".unreadable-1").isPresent() ? "set aside" : "";
  }
}
