package io.eplb.core.engine.standin;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import io.eplb.core.record.RecordEntry;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of the logs of all ranks with each other and with the record: every step ran with
 * one version on all ranks, and each version from its fence on.
 *
 * <p>It is enough to know the first and the last step of each version over all ranks: no two
 * versions share a step if the last step of each is below the first of the next.
 */
public final class StepLogCheck {
  /** The most faults that are told. */
  private static final int MOST_FAULTS = 20;

  private final Map<Long, Span> spans = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private long steps;
  private int starts;

  private StepLogCheck() {}

  /**
   * The result.
   *
   * @param steps the steps in the logs of all ranks together
   * @param starts the starts of engines
   * @param versions the versions that steps ran with
   * @param faults what is wrong, at most {@value #MOST_FAULTS} lines; none if all is right
   */
  public record Result(long steps, int starts, int versions, List<String> faults) {
    /** Copies the list. */
    public Result {
      faults = List.copyOf(faults);
    }
  }

  /** The steps of one version over all ranks. */
  private static final class Span {
    private long first = Long.MAX_VALUE;
    private int firstRank;
    private long last = Long.MIN_VALUE;
    private int lastRank;

    private void add(int rank, long step) {
      if (step < first) {
        first = step;
        firstRank = rank;
      }
      if (step > last) {
        last = step;
        lastRank = rank;
      }
    }
  }

  /**
   * Reads the logs of all ranks.
   *
   * @param logs the folder of the logs
   * @param ranks the number of ranks; each has a log
   * @param entries the entries of the record that were seen, in any order, the last one included
   * @throws InvalidInputException if a log cannot be read
   */
  public static Result check(Path logs, int ranks, Collection<RecordEntry> entries) {
    StepLogCheck check = new StepLogCheck();
    Map<Long, Long> fences = new TreeMap<>();
    entries.forEach(entry -> fences.put(entry.version(), entry.fence()));
    for (int rank = 0; rank < ranks; rank++) {
      check.readRank(logs, rank, fences);
    }
    check.compareVersions();
    check.compareFences(fences);
    return new Result(check.steps, check.starts, check.spans.size(), check.faults);
  }

  private void fault(String text) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(text);
    }
  }

  private void readRank(Path logs, int rank, Map<Long, Long> fences) {
    long next = 0;
    int start = 0;
    for (Path log = StepLog.file(logs, rank, 0);
        Files.exists(log);
        log = StepLog.file(logs, rank, start)) {
      next = readStart(log, rank, start, next, fences);
      start++;
    }
    if (start == 0) {
      fault("rank %d has no log in %s".formatted(rank, logs));
    }
    starts += start;
  }

  /** Reads one log; returns the first step that the rank has not begun. */
  private long readStart(Path file, int rank, int start, long next, Map<Long, Long> fences) {
    try (DataInputStream log =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      if (log.readLong() != StepLog.MAGIC || log.readLong() != rank || log.readLong() != start) {
        throw new InvalidInputException(
            "%s is not the log of start %d of rank %d".formatted(file, start, rank));
      }
      long first = log.readLong();
      long version = log.readLong();
      if (first < next) {
        fault(
            "rank %d began with step %d after a restart; it had begun step %d before"
                .formatted(rank, first, next - 1));
      }
      Long fence = fences.get(version);
      if (fence != null && first < fence) {
        fault(
            "rank %d began with step %d and version %d, whose fence is %d"
                .formatted(rank, first, version, fence));
      }
      return readSteps(log, rank, first, version);
    } catch (EOFException cut) {
      return next; // The engine was killed before it had written the first words.
    } catch (IOException failed) {
      throw new InvalidInputException(
          file + " cannot be read: " + FileFailure.reason(failed), failed);
    }
  }

  private long readSteps(DataInputStream log, int rank, long first, long firstVersion)
      throws IOException {
    long next = first;
    long version = firstVersion;
    for (Step step = readStep(log); step != null; step = readStep(log)) {
      if (step.number != next) {
        fault("rank %d began step %d; step %d was next".formatted(rank, step.number, next));
      }
      if (step.version != version && step.version != version + 1) {
        fault(
            "rank %d began step %d with version %d after version %d"
                .formatted(rank, step.number, step.version, version));
      }
      version = step.version;
      next = step.number + 1;
      spans.computeIfAbsent(version, none -> new Span()).add(rank, step.number);
      steps++;
    }
    return next;
  }

  private record Step(long number, long version) {}

  /** Returns the next step; null at the end, also if the last one is cut. */
  private static @Nullable Step readStep(DataInputStream log) throws IOException {
    try {
      return new Step(log.readLong(), log.readLong());
    } catch (EOFException end) {
      return null;
    }
  }

  private void compareVersions() {
    Span before = null;
    long versionBefore = 0;
    for (Map.Entry<Long, Span> entry : spans.entrySet()) {
      Span span = entry.getValue();
      if (before != null && before.last >= span.first) {
        fault(
            "rank %d ran step %d with version %d, rank %d step %d with version %d"
                .formatted(
                    before.lastRank,
                    before.last,
                    versionBefore,
                    span.firstRank,
                    span.first,
                    entry.getKey()));
      }
      before = span;
      versionBefore = entry.getKey();
    }
  }

  private void compareFences(Map<Long, Long> fences) {
    for (Map.Entry<Long, Span> entry : spans.entrySet()) {
      long version = entry.getKey();
      Span span = entry.getValue();
      Long fence = fences.get(version);
      if (fence != null && span.first < fence) {
        fault(
            "rank %d ran step %d with version %d; its fence is %d"
                .formatted(span.firstRank, span.first, version, fence));
      }
      Long nextFence = fences.get(version + 1);
      if (nextFence != null && span.last >= nextFence) {
        fault(
            "rank %d ran step %d with version %d; version %d begins with step %d"
                .formatted(span.lastRank, span.last, version, version + 1, nextFence));
      }
    }
  }
}
