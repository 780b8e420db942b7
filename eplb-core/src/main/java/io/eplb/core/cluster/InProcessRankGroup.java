package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A group whose ranks are threads of this process. One lock guards everything; it is held for a few
 * map operations at a time and never while waiting.
 *
 * <p>Outcomes are remembered for late members: the latest {@value #REMEMBERED_GATHERINGS}, until
 * the last member has left. As many gatherings may be open; beyond that, the oldest without a
 * waiting member are forgotten.
 */
public final class InProcessRankGroup implements RankGroup {
  /**
   * The most outcomes that are remembered, and the most open gatherings without a waiting member.
   */
  public static final int REMEMBERED_GATHERINGS = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Gathering> open = new LinkedHashMap<>();
  private final Map<String, Gathered> decided = new LinkedHashMap<>();
  private final Set<Member> members = new HashSet<>();
  private long lastId;

  /** Creates a group without members. */
  public InProcessRankGroup() {}

  @Override
  public GroupMember join(int rank, int worldSize) {
    Require.inRange("world size", worldSize, 1, MAX_WORLD_SIZE);
    if (rank < 0 || rank >= worldSize) {
      throw new InvalidInputException(
          "rank is %d; with a world size of %d it must be between 0 and %d"
              .formatted(rank, worldSize, worldSize - 1));
    }
    lock.lock();
    try {
      Member member = new Member(++lastId, rank, worldSize);
      members.add(member);
      return member;
    } finally {
      lock.unlock();
    }
  }

  /** A gathering whose outcome is still open; guarded by the group's lock. */
  private final class Gathering {
    private final String name;
    private final Map<Member, Contribution> contributions = new LinkedHashMap<>();
    private final Condition decision = lock.newCondition();
    private @Nullable Gathered outcome;
    private int waiting;

    Gathering(String name) {
      this.name = name;
    }

    void add(Member member, byte[] payload) {
      contributions.put(
          member, new Contribution(member.id, member.rank, member.worldSize, payload));
      decideIfComplete();
    }

    /** Removes the contribution of a member that has left, and wakes it if it waits. */
    void remove(Member member) {
      contributions.remove(member);
      decision.signalAll();
      if (contributions.isEmpty()) {
        open.remove(name);
      } else {
        decideIfComplete();
      }
    }

    void decideIfComplete() {
      if (contributions.keySet().containsAll(members)) {
        Gathered all = new Gathered(List.copyOf(contributions.values()));
        if (all.missingRanks().isEmpty()) {
          decide(all);
        }
      }
    }

    Gathered decideAsItStands() {
      Gathered present = new Gathered(List.copyOf(contributions.values()));
      decide(present);
      return present;
    }

    private void decide(Gathered gathered) {
      outcome = gathered;
      open.remove(name);
      if (decided.size() == REMEMBERED_GATHERINGS) {
        decided.remove(decided.keySet().iterator().next());
      }
      decided.put(name, gathered);
      decision.signalAll();
    }

    Gathered await(Member member, long nanos) throws InterruptedException {
      long left = nanos;
      waiting++;
      try {
        while (outcome == null && left > 0 && members.contains(member)) {
          left = decision.awaitNanos(left);
        }
      } finally {
        waiting--;
      }
      Gathered gathered = outcome;
      if (gathered != null) {
        return gathered;
      }
      member.requireJoined();
      return decideAsItStands();
    }
  }

  /** Returns an open gathering, or opens it. */
  private Gathering open(String name) {
    if (!open.containsKey(name) && open.size() >= REMEMBERED_GATHERINGS) {
      open.values().stream()
          .filter(gathering -> gathering.waiting == 0)
          .findFirst()
          .ifPresent(abandoned -> open.remove(abandoned.name));
    }
    return open.computeIfAbsent(name, Gathering::new);
  }

  private final class Member implements GroupMember {
    private final long id;
    private final int rank;
    private final int worldSize;

    /** The remembered or open gatherings that this has contributed to. */
    private final Set<String> contributedTo = new HashSet<>();

    Member(long id, int rank, int worldSize) {
      this.id = id;
      this.rank = rank;
      this.worldSize = worldSize;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int worldSize() {
      return worldSize;
    }

    @Override
    public Gathered gather(String gathering, byte[] payload, Duration timeout)
        throws InterruptedException {
      if (payload.length > MAX_PAYLOAD_BYTES) {
        throw new InvalidInputException(
            "the contribution to %s has %d bytes; at most %d are supported"
                .formatted(gathering, payload.length, MAX_PAYLOAD_BYTES));
      }
      if (timeout.isNegative()) {
        throw new InvalidInputException(
            "the timeout of " + gathering + " is " + timeout + "; it must be at least 0");
      }
      lock.lockInterruptibly();
      try {
        requireJoined();
        contributedTo.removeIf(name -> !open.containsKey(name) && !decided.containsKey(name));
        if (!contributedTo.add(gathering)) {
          throw new InvalidInputException(
              "rank " + rank + " has contributed to " + gathering + " before; give it a new name");
        }
        Gathered known = decided.get(gathering);
        if (known != null) {
          return known;
        }
        Gathering joined = open(gathering);
        joined.add(this, payload);
        return joined.await(this, TimeUnit.NANOSECONDS.convert(timeout));
      } finally {
        lock.unlock();
      }
    }

    private void requireJoined() {
      if (!members.contains(this)) {
        throw new InvalidInputException(
            "rank " + rank + " has left the group; join again to gather");
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        members.remove(this);
        if (members.isEmpty()) {
          decided.clear();
        }
        // Other members may have waited only for this one, beside another member of its rank.
        List.copyOf(open.values()).forEach(gathering -> gathering.remove(this));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public String toString() {
      return "rank " + rank + " of " + worldSize;
    }
  }
}
