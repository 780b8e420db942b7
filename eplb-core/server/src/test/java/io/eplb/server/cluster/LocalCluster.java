package io.eplb.server.cluster;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.InProcessRankGroup;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.InMemoryCommitRecord;
import io.eplb.core.record.RecordUnavailableException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A group and its record in this JVM, which processes reach by an access of their own. */
public final class LocalCluster implements AutoCloseable {
  private final InProcessRankGroup group = new InProcessRankGroup();
  private final AtomicReference<InMemoryCommitRecord> record = new AtomicReference<>();
  private final AtomicInteger recordFailures = new AtomicInteger();

  /** Creates a group without members and without a record. */
  public LocalCluster() {}

  /** Returns the access of one more process. */
  public Access access() {
    return new Access();
  }

  /** Lets the next requests for the record fail: nobody knows whether they have had an effect. */
  public void failNextRequests(int requests) {
    recordFailures.set(requests);
  }

  /** Returns how many of them are still to come. */
  public int failuresToCome() {
    return Math.max(0, recordFailures.get());
  }

  /** Returns the record, as somebody with no part in the group has it. */
  public Optional<CommitRecord> record() {
    return Optional.ofNullable(record.get());
  }

  /** Creates the record. */
  public CommitRecord create(ExpertTable first) {
    record.compareAndSet(null, new InMemoryCommitRecord(first));
    return Objects.requireNonNull(record.get());
  }

  /** Returns the members. */
  public List<Member> members() {
    return group.members();
  }

  /** Returns the group, as somebody with no session has it. */
  public RankGroup group() {
    return group;
  }

  @Override
  public void close() {
    group.close();
  }

  private <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> request) {
    if (recordFailures.getAndDecrement() > 0) {
      return CompletableFuture.failedFuture(
          new RecordUnavailableException(
              "the record did not answer", new IllegalStateException("no quorum")));
    }
    return request.get();
  }

  /** The access of one process. */
  public final class Access implements ClusterAccess {
    private final SessionGroup session = new SessionGroup(group);

    private Access() {}

    @Override
    public RankGroup group() {
      return session;
    }

    /** Ends the session of this process. */
    public void expire() {
      session.expire();
    }

    /** Tells the process that it cannot reach the group, or can again. */
    public void connection(Connection connection) {
      session.connection(connection);
    }

    @Override
    public CompletionStage<Optional<CommitRecord>> find() {
      return answer(
          () ->
              CompletableFuture.completedFuture(
                  LocalCluster.this.record().map(LocalCluster.this::opened)));
    }

    @Override
    public CompletionStage<CommitRecord> create(ExpertTable first) {
      return answer(
          () -> {
            CommitRecord there = LocalCluster.this.create(first);
            String digest = TableDigest.of(first).toText();
            return there.latest().digest().equals(digest)
                ? CompletableFuture.completedFuture(opened(there))
                : CompletableFuture.failedFuture(
                    new InvalidInputException("the record has another table in force"));
          });
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private CommitRecord opened(CommitRecord there) {
    return new OpenedRecord(there, this::answer);
  }
}
