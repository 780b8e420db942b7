package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.state.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decided rounds of one group. Thread-safe.
 *
 * <p>A round is HELD with its answer, then PASSED, known by its number alone, then forgotten: the
 * {@value #MOST_HELD} newest are held, all others passed, until {@link #KEPT} after the decision.
 */
final class Decisions {
  static final int MOST_HELD = 64;
  static final Duration KEPT = Duration.ofMinutes(15);

  private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
  private static final byte DECISION = 1;
  private static final byte PASSED = 2;

  private final String group;
  private final Journal journal;

  /** The held rounds, the oldest first. Guarded by itself, as {@link #passed} is. */
  private final Map<Long, HeldDecision> held = new LinkedHashMap<>();

  private final PassedRounds passed = new PassedRounds();

  /** The records of the journal. Guarded by this, as all changes of the journal are. */
  private int records;

  private Decisions(String group, Journal journal) {
    this.group = group;
    this.journal = journal;
  }

  /**
   * Reads the decisions of a group.
   *
   * @throws IOException if the disk failed
   * @throws UnknownRecordException if a record is none of this version
   */
  static Decisions restore(String group, Journal journal) throws IOException {
    Decisions decisions = new Decisions(group, journal);
    for (byte[] record : journal.records()) {
      try {
        decisions.restore(record);
      } catch (IOException unknown) {
        throw new UnknownRecordException(unknown);
      }
    }
    return decisions;
  }

  /** A record that another version of the service has written. */
  static final class UnknownRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownRecordException(IOException cause) {
      super("a record of another version: " + cause.getMessage(), cause);
    }
  }

  private void restore(byte[] record) throws IOException {
    records++;
    byte[] content = record.length == 0 ? record : Arrays.copyOfRange(record, 1, record.length);
    byte kind = record.length == 0 ? 0 : record[0];
    switch (kind) {
      case DECISION -> hold(DecisionFormat.read(content), content);
      case PASSED -> passed.readSpans(content);
      default -> throw new IOException("kind " + kind);
    }
  }

  /**
   * Records a decision, which survives a crash once this returns, and holds it.
   *
   * @throws io.eplb.server.state.UncertainRecordException if it is not held, but may be found later
   * @throws IOException if it is not held, since the disk failed
   */
  synchronized void record(Decision decision) throws IOException {
    byte[] bytes = DecisionFormat.write(decision);
    journal.append(framed(DECISION, bytes));
    records++;
    hold(decision, bytes);
    compactIfLong();
  }

  /** Holds a decision that could not be recorded. */
  synchronized void holdUnrecorded(Decision decision) {
    hold(decision, DecisionFormat.write(decision));
  }

  /** Says that a round was decided, though its decision is not known. */
  void pass(long round, Instant decided) {
    synchronized (held) {
      passed.add(round, decided);
    }
  }

  private void hold(Decision decision, byte[] bytes) {
    synchronized (held) {
      held.remove(decision.round());
      held.put(
          decision.round(), new HeldDecision(decision.toRecord(group), bytes, decision.answer()));
      if (held.size() > MOST_HELD) {
        Iterator<HeldDecision> oldest = held.values().iterator();
        RoundRecord summary = oldest.next().summary();
        oldest.remove();
        passed.add(summary.round(), summary.time());
      }
    }
  }

  /** Rewrites the journal with what still counts; should that fail, it only stays long. */
  private void compactIfLong() {
    if (records <= 2 * MOST_HELD) {
      return;
    }
    List<byte[]> kept = new ArrayList<>();
    synchronized (held) {
      kept.add(framed(PASSED, passed.toBytes()));
      held.values().forEach(decision -> kept.add(framed(DECISION, decision.bytes())));
    }
    try {
      journal.rewrite(kept);
      records = kept.size();
    } catch (IOException failed) {
      LOG.warn("the recorded rounds of group {} stay as they are: {}", group, failed.getMessage());
    }
  }

  private static byte[] framed(byte kind, byte[] content) {
    return ByteBuffer.allocate(1 + content.length).put(kind).put(content).array();
  }

  /** Returns the decision of a held round. */
  Optional<HeldDecision> find(long round) {
    synchronized (held) {
      return Optional.ofNullable(held.get(round));
    }
  }

  /** Returns whether a round was decided and is no longer held. */
  boolean passed(long round) {
    synchronized (held) {
      return passed.contains(round);
    }
  }

  /** Returns whether there is no room for rounds whose numbers are out of order. */
  boolean full() {
    synchronized (held) {
      return passed.full();
    }
  }

  /** Forgets the rounds that were decided longer ago than {@link #KEPT}. */
  void forgetOld(Instant now) {
    Instant oldest = now.minus(KEPT);
    synchronized (held) {
      held.values().removeIf(decision -> decision.summary().time().isBefore(oldest));
      passed.forgetBefore(oldest);
    }
  }

  /** Returns whether no round is held or passed. */
  boolean isEmpty() {
    synchronized (held) {
      return held.isEmpty() && passed.isEmpty();
    }
  }

  /** Returns the held rounds, the newest first. */
  List<RoundRecord> newestFirst() {
    synchronized (held) {
      List<RoundRecord> rounds =
          new ArrayList<>(held.values().stream().map(HeldDecision::summary).toList());
      Collections.reverse(rounds);
      return rounds;
    }
  }
}
