package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import io.eplb.core.timeline.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * The one place where the record is, which makes every transition at an instant. It also sees to it
 * that each switch is decided once and that no number goes back.
 */
final class RecordServer {
  static final String PLACE = "record";

  private final Map<SwitchName, Boolean> decisions = new HashMap<>();
  private final List<ExpertTable> tables = new ArrayList<>();
  private final Complaints complaints;
  private final Party party;
  private final VirtualTime time;
  private RecordEntry entry;
  private long revision;
  private long awayUntil;

  RecordServer(ExpertTable table, VirtualTime time, Random random, Complaints complaints) {
    this.complaints = complaints;
    this.time = time;
    this.party = new Party(PLACE, time, random);
    this.entry = RecordEntry.first(table.version(), TableDigest.of(table).toText());
    tables.add(table);
  }

  /**
   * The record at an instant.
   *
   * @param revision the number of changes so far
   */
  record Reading(long revision, RecordEntry entry, ExpertTable table) {
    RecordedTable recorded() {
      return new RecordedTable(entry, table);
    }

    @Override
    public String toString() {
      return "%s of %s, %sversion %d from step %d, epoch %d"
          .formatted(
              entry.state(),
              entry.lastSwitch(),
              entry.committed() ? "committed, " : "",
              entry.version(),
              entry.fence(),
              entry.epoch());
    }
  }

  Party party() {
    return party;
  }

  void goAway(long nanos) {
    awayUntil = time.nanoTime() + nanos;
  }

  boolean isAway() {
    return time.nanoTime() < awayUntil;
  }

  Reading read() {
    return new Reading(revision, entry, table());
  }

  ExpertTable table() {
    return tables.get(tables.size() - 1);
  }

  boolean isUndecided() {
    return entry.state() == RecordEntry.State.PROPOSED;
  }

  /** Returns the table of every version so far. */
  List<ExpertTable> tables() {
    return tables;
  }

  Reading takeOver(long epoch) {
    if (epoch > entry.epoch()) {
      replace(entry.takenOver(epoch));
    }
    return read();
  }

  Reading propose(SwitchName name, List<Integer> layers) {
    if (may(() -> entry.proposed(name, layers))) {
      replace(entry.proposed(name, layers));
    }
    return read();
  }

  Reading commit(SwitchName name, Placement rows, long fence, String digest) {
    if (may(() -> entry.committed(name, fence, digest))) {
      int[] layers = entry.layers().stream().mapToInt(Integer::intValue).toArray();
      ExpertTable next = table().withLayers(entry.version() + 1, layers, rows);
      if (!TableDigest.of(next).toText().equals(digest)) {
        complaints.add(PLACE, name + " is committed with the digest of another table");
      }
      tables.add(next);
      replace(entry.committed(name, fence, digest));
    }
    return read();
  }

  Reading resolve(SwitchName name) {
    if (may(() -> entry.voided(name))) {
      replace(entry.voided(name));
    }
    return read();
  }

  private static boolean may(Runnable transition) {
    try {
      transition.run();
      return true;
    } catch (IllegalStateException refused) {
      return false;
    }
  }

  private void replace(RecordEntry next) {
    if (next.epoch() < entry.epoch()
        || next.version() < entry.version()
        || next.fence() < entry.fence()
        || (next.version() > entry.version() && next.fence() == entry.fence())
        || next.version() != table().version()) {
      complaints.add(PLACE, "the record goes from " + entry + " to " + next);
    }
    SwitchName named = next.lastSwitch();
    boolean writes = next.state() == RecordEntry.State.PROPOSED || next.version() > entry.version();
    if (writes && (named == null || named.epoch() != entry.epoch())) {
      complaints.add(PLACE, "a deposed planner makes " + next + " of " + entry);
    }
    SwitchName proposed = entry.lastSwitch();
    if (entry.committed()
        && !next.committed()
        && Objects.equals(entry.lastSwitch(), next.lastSwitch())) {
      complaints.add(PLACE, proposed + " was committed, and is void now");
    }
    if (entry.state() == RecordEntry.State.PROPOSED && proposed != null) {
      boolean committed = next.version() > entry.version();
      Boolean before = decisions.putIfAbsent(proposed, committed);
      if (before != null && before != committed) {
        complaints.add(PLACE, proposed + " is decided twice");
      }
    } else if (next.version() > entry.version()) {
      complaints.add(PLACE, "the record commits what was not proposed: " + next);
    }
    entry = next;
    revision++;
  }
}
