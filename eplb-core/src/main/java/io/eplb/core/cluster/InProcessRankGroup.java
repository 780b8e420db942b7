package io.eplb.core.cluster;

import io.eplb.core.cluster.GroupListeners.Subscription;
import io.eplb.core.timeline.ThreadTimeline;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A group whose ranks and planners are threads of this process. Its state belongs to the thread of
 * a timeline, which also completes its stages and calls its listeners.
 */
public final class InProcessRankGroup implements RankGroup {
  private static final Comparator<Member> BY_RANK =
      Comparator.comparingInt(Member::rank).thenComparingLong(Member::id);

  private final Timeline timeline;
  private final Runnable end;
  private final AtomicLong lastId = new AtomicLong();
  private final GroupListeners listeners = new GroupListeners();
  private final Gatherings gatherings;
  private final InProcessElection election = new InProcessElection(listeners);
  private final Set<InProcessMember> present =
      new TreeSet<>(Comparator.comparing(InProcessMember::claim, BY_RANK));
  private boolean closed;

  /** A copy of the members' claims, for all threads. */
  private volatile List<Member> members = List.of();

  /** Creates a group without members, with a daemon thread of its own until it is closed. */
  public InProcessRankGroup() {
    this(new ThreadTimeline("eplb-group"));
  }

  private InProcessRankGroup(ThreadTimeline own) {
    this(own, own::close);
  }

  /** Creates a group without members on a timeline, which has to outlive it. */
  InProcessRankGroup(Timeline timeline) {
    this(timeline, () -> {});
  }

  private InProcessRankGroup(Timeline timeline, Runnable end) {
    this.timeline = timeline;
    this.end = end;
    this.gatherings = new Gatherings(timeline);
  }

  @Override
  public CompletionStage<GroupMember> join(
      int rank, int worldSize, long incarnation, String address) {
    InProcessMember member =
        new InProcessMember(
            new Member(lastId.incrementAndGet(), rank, worldSize, incarnation, address));
    return ask(
        joined -> {
          present.add(member);
          publishMembers();
          listeners.tellAll(listener -> listener.joined(member.claim));
          joined.complete(member);
        });
  }

  @Override
  public Candidate stand(String address) {
    Member.requireAddress(address);
    Standing standing = new Standing(lastId.incrementAndGet(), address);
    submit(() -> election.add(standing), standing::lose);
    return new Candidate() {
      @Override
      public CompletionStage<Leadership> elected() {
        return standing.elected();
      }

      @Override
      public void close() {
        submit(() -> election.remove(standing), standing::lose);
      }
    };
  }

  @Override
  public List<Member> members() {
    return members;
  }

  @Override
  public Watch listen(GroupListener listener) {
    Subscription subscription = new Subscription(listener);
    submit(
        () -> listeners.add(subscription, Connection.CONNECTED, members, election.leader()),
        reason -> {});
    return () -> {
      subscription.end();
      submit(() -> listeners.remove(subscription), reason -> {});
    };
  }

  @Override
  public void close() {
    submit(
        () -> {
          List.copyOf(present).forEach(InProcessMember::leave);
          election.removeAll();
          closed = true;
        },
        reason -> {});
    end.run();
  }

  private void publishMembers() {
    members = present.stream().map(InProcessMember::claim).toList();
  }

  static GroupUnavailableException hasLeft(Member member) {
    return new GroupUnavailableException(
        "rank " + member.rank() + " has left the group; join again");
  }

  /** Runs a request on the timeline; it fails if the group is closed. */
  private <T> CompletionStage<T> ask(Consumer<CompletableFuture<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    submit(
        () -> request.accept(answer),
        reason -> answer.completeExceptionally(new GroupUnavailableException(reason)));
    return answer.minimalCompletionStage();
  }

  private void submit(Runnable task, Consumer<String> refused) {
    String reason = "the group is closed";
    try {
      timeline.execute(
          () -> {
            if (closed) {
              refused.accept(reason);
            } else {
              task.run();
            }
          });
    } catch (RejectedExecutionException ended) {
      refused.accept(reason);
    }
  }

  private final class InProcessMember implements GroupMember {
    private final Member claim;
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    InProcessMember(Member claim) {
      this.claim = claim;
    }

    @Override
    public Member claim() {
      return claim;
    }

    @Override
    public CompletionStage<Gathered> gather(String gathering, byte[] payload, Duration timeout) {
      GroupMember.requireGathering(gathering, payload, timeout);
      Contribution said = new Contribution(claim, payload);
      return ask(
          answer -> {
            if (left.isDone()) {
              answer.completeExceptionally(hasLeft(claim));
            } else {
              gatherings.add(gathering, said, timeout, members, answer);
            }
          });
    }

    @Override
    public CompletionStage<Void> left() {
      return left.minimalCompletionStage();
    }

    @Override
    public void close() {
      submit(this::leave, reason -> {});
    }

    private void leave() {
      if (!present.remove(this)) {
        return;
      }
      publishMembers();
      gatherings.remove(claim, members);
      listeners.tellAll(listener -> listener.left(claim));
      left.complete(null);
    }

    @Override
    public String toString() {
      return claim.toString();
    }
  }
}
