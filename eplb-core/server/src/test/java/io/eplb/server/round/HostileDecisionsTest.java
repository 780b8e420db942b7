package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.hostile.HostileBytes;
import io.eplb.core.hostile.HostileRun;
import io.eplb.server.state.MemoryDisk;
import io.eplb.server.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

/**
 * Damaged records of decided rounds with the right checksum: each is restored, or known as none of
 * this version.
 */
class HostileDecisionsTest {
  private static final String GROUP = "group";
  private static final String FILE = "rounds";
  private static final int DEFLATED_FROM = 1;

  private static List<byte[]> records() throws IOException {
    StateFolder folder = new MemoryDisk().open();
    Decisions decisions = Decisions.restore(GROUP, folder.journal(GROUP, FILE));
    // So many that the journal is rewritten, with the rounds that have passed in front.
    for (int round = 0; round < 2 * Decisions.MOST_HELD + 2; round++) {
      Instant time = Instant.ofEpochSecond(1_700_000_000L + 40L * round, round);
      decisions.record(new Decision(2L * round, 4, time, Asks.plan(Asks.ask(round), round > 9)));
    }
    List<byte[]> records = folder.journal(GROUP, FILE).records();
    return List.of(records.get(0), records.get(1), records.get(records.size() - 1));
  }

  @Test
  void everyDamagedRecordIsRestoredOrKnownAsForeign() throws Exception {
    List<byte[]> records = records();
    new HostileRun(HostileDecisionsTest.class, "decisions", 10)
        .attack(
            random -> new HostileBytes(damaged(records, random), HostileDecisionsTest::restore));
  }

  /** Damages what is deflated, or the bytes as they are. */
  private static byte[] damaged(List<byte[]> records, Random random) throws IOException {
    byte[] record = records.get(random.nextInt(records.size()));
    if (record[0] != 1 || random.nextInt(4) == 0) {
      return HostileBytes.damaged(List.of(record), random);
    }
    ByteArrayInputStream deflated =
        new ByteArrayInputStream(record, DEFLATED_FROM, record.length - DEFLATED_FROM);
    byte[] decision = new InflaterInputStream(deflated).readAllBytes();
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(record[0]);
    try (DeflaterOutputStream again = new DeflaterOutputStream(damaged)) {
      again.write(HostileBytes.damaged(List.of(decision), random));
    }
    return damaged.toByteArray();
  }

  private static String restore(byte[] record) throws IOException {
    StateFolder folder = new MemoryDisk().open();
    folder.journal(GROUP, FILE).append(record);
    Decisions decisions;
    try {
      decisions = Decisions.restore(GROUP, folder.journal(GROUP, FILE));
    } catch (Decisions.UnknownRecordException foreign) {
      return String.valueOf(foreign.getMessage());
    }
    assertTrue(decisions.newestFirst().size() <= Decisions.MOST_HELD);
    List<Long> rounds = new ArrayList<>();
    decisions.newestFirst().forEach(round -> rounds.add(round.round()));
    rounds.forEach(decisions::find);
    // What is restored can be recorded again.
    for (int round = 0; round < 2 * Decisions.MOST_HELD + 2; round++) {
      decisions.record(
          new Decision(
              1_000_000L + round,
              4,
              Instant.ofEpochSecond(1_800_000_000L),
              Asks.plan(Asks.ask(1), false)));
    }
    decisions.forgetOld(Instant.ofEpochSecond(1_900_000_000L));
    return "";
  }
}
