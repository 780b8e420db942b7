package io.eplb.cli.processes;

import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.Leader;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.server.cluster.ClusterAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A view of a group from outside: its members, its leader, and all entries of its record that were
 * seen. Thread-safe.
 */
final class RecordWatch implements AutoCloseable {
  private final ClusterAccess access;
  private final CommitRecord record;
  private final List<RecordEntry> entries = new ArrayList<>();
  private final CommitRecord.Watch watch;
  private final RankGroup.Watch leaders;
  private volatile Optional<Leader> leader = Optional.empty();

  RecordWatch(ClusterAccess access, CommitRecord record) {
    this.access = access;
    this.record = record;
    add(record.latest());
    this.watch = record.watch(this::add);
    this.leaders =
        access
            .group()
            .listen(
                new GroupListener() {
                  @Override
                  public void leader(Optional<Leader> changed) {
                    leader = changed;
                  }
                });
  }

  private synchronized void add(RecordEntry entry) {
    entries.add(entry);
  }

  /** Returns the entries that were seen, the newest last. */
  synchronized List<RecordEntry> entries() {
    return List.copyOf(entries);
  }

  /** Returns the version in force, as far as this process has seen. */
  long version() {
    return record.latest().version();
  }

  /** Returns the record. */
  CommitRecord record() {
    return record;
  }

  /** Returns the members of the group. */
  List<Member> members() {
    return access.group().members();
  }

  /** Returns whether each rank has one member. */
  boolean complete(int ranks) {
    List<Member> members = members();
    return members.size() == ranks
        && members.stream().mapToInt(Member::rank).distinct().count() == ranks;
  }

  /** Returns the address of the leader; empty without one. */
  String leader() {
    return leader.map(Leader::address).orElse("");
  }

  @Override
  public void close() {
    leaders.close();
    watch.close();
    record.close();
  }
}
