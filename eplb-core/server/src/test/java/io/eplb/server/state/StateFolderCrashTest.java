package io.eplb.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

/** A folder whose process or power ends, or whose disk fails, at any operation. */
class StateFolderCrashTest {
  private static final String GROUP = "default";

  /** The contents that may be read: of some operations that failed, before or after. */
  private Set<Optional<String>> files = new HashSet<>();

  private Set<List<String>> journals = new HashSet<>();

  /** Records of which one was perhaps written behind all others. */
  private final Set<String> uncertain = new HashSet<>();

  @BeforeTry
  void nothingIsKept() {
    files = new HashSet<>(Set.of(Optional.empty()));
    journals = new HashSet<>(Set.of(List.of()));
    uncertain.clear();
  }

  @Property(tries = 2000)
  void aCrashAtAnyPointLeavesTheStateBeforeOrAfterTheOperation(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 5) Integer> steps,
      @ForAll @IntRange(min = 0, max = 80) int crash,
      @ForAll boolean powerCut,
      @ForAll long seed)
      throws IOException {
    MemoryDisk disk = new MemoryDisk();
    run(steps, () -> disk.openUntil(crash));
    end(disk, powerCut, seed);
    check(disk.open());
  }

  @Property(tries = 2000)
  void failuresOfTheDiskBetweenOtherOperationsLeaveTheStateBeforeOrAfter(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 5) Integer> steps,
      @ForAll @Size(max = 8) Set<@IntRange(min = 0, max = 80) Integer> failures,
      @ForAll boolean powerCut,
      @ForAll long seed)
      throws IOException {
    MemoryDisk disk = new MemoryDisk();
    run(steps, () -> disk.open(failures::contains));
    end(disk, powerCut, seed);
    check(disk.open());
  }

  @Property(tries = 1000)
  void aFolderThatCrashedGoesOnAndMayCrashAgain(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 5) Integer> steps,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 40) Integer> crashes,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk();
    for (int crash : crashes) {
      run(steps, () -> disk.openUntil(crash));
      if (random.nextBoolean()) {
        end(disk, random.nextBoolean(), random.nextLong());
        settle(disk.open());
      } else {
        end(disk, false, 0);
      }
    }
    run(steps, disk::open);
    end(disk, random.nextBoolean(), random.nextLong());
    check(disk.open());
  }

  private static void end(MemoryDisk disk, boolean powerCut, long seed) {
    if (powerCut) {
      disk.powerCut(new Random(seed));
    } else {
      disk.kill();
    }
  }

  private void run(List<Integer> steps, Supplier<StateFolder> process) {
    StateFolder folder;
    Journal journal;
    try {
      folder = process.get();
      journal = folder.journal(GROUP, "rounds");
    } catch (RuntimeException | IOException refused) {
      return; // The disk failed before anything was kept.
    }
    Set<List<String>> found = new HashSet<>(journals);
    journals.forEach(sure -> uncertain.forEach(record -> found.add(with(sure, record))));
    journals = found;
    uncertain.clear();
    for (int step = 0; step < steps.size(); step++) {
      switch (steps.get(step)) {
        case 0, 1 -> replace(folder, "content " + step);
        case 5 -> rewrite(journal, List.of("kept " + step, "too"));
        default -> append(journal, "record " + step);
      }
    }
  }

  private void replace(StateFolder folder, String content) {
    try {
      folder.replace(GROUP, "model", bytes(content));
      files.clear();
    } catch (IOException failed) {
      // Before or after.
    }
    files.add(Optional.of(content));
  }

  private void append(Journal journal, String record) {
    try {
      journal.append(bytes(record));
      Set<List<String>> longer = new HashSet<>();
      journals.forEach(records -> longer.add(with(records, record)));
      journals = longer;
      uncertain.clear();
    } catch (UncertainRecordException perhaps) {
      uncertain.add(record);
    } catch (IOException failed) {
      // As before.
    }
  }

  private void rewrite(Journal journal, List<String> records) {
    try {
      journal.rewrite(records.stream().map(StateFolderCrashTest::bytes).toList());
      journals.clear();
      uncertain.clear();
    } catch (IOException failed) {
      // Before or after.
    }
    journals.add(records);
  }

  /** Checks what is read, and takes it for all that is known. */
  private void settle(StateFolder folder) throws IOException {
    Optional<String> file =
        folder.read(GROUP, "model").map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    assertTrue(files.contains(file), () -> file + " is none of " + files);
    List<String> records =
        folder.journal(GROUP, "rounds").records().stream()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .toList();
    Set<List<String>> possible = new HashSet<>(journals);
    journals.forEach(sure -> uncertain.forEach(record -> possible.add(with(sure, record))));
    assertTrue(possible.contains(records), () -> records + " is none of " + possible);
    files.clear();
    files.add(file);
    journals.clear();
    journals.add(records);
    uncertain.clear();
  }

  private void check(StateFolder folder) throws IOException {
    settle(folder);
    folder.replace(GROUP, "model", bytes("next"));
    folder.journal(GROUP, "rounds").append(bytes("next"));
    List<byte[]> records = folder.journal(GROUP, "rounds").records();
    assertEquals("next", new String(records.get(records.size() - 1), StandardCharsets.UTF_8));
  }

  private static List<String> with(List<String> records, String record) {
    List<String> longer = new ArrayList<>(records);
    longer.add(record);
    return longer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
