package io.eplb.core.update.promise;

import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordUnavailableException;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.RecordServer.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The record as one party knows it: its newest entry may be behind, its requests may fail with or
 * without an effect, or have one long after they have failed.
 */
final class RecordClient implements CommitRecord {
  private final Party party;
  private final Cluster cluster;
  private final List<Consumer<RecordEntry>> listeners = new ArrayList<>();
  private Reading newest;

  RecordClient(Party party, Cluster cluster, Reading seen) {
    this.party = party;
    this.cluster = cluster;
    this.newest = seen;
  }

  @Override
  public RecordEntry latest() {
    return newest.entry();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return entry(ask("read", server()::read));
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return entry(ask("take over by epoch " + epoch, () -> server().takeOver(epoch)));
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return entry(ask("propose " + name, () -> server().propose(name, layers)));
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return entry(
        ask(
            "commit " + name + " from step " + fence,
            () -> server().commit(name, rows, fence, digest)));
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return entry(ask("resolve " + name, () -> server().resolve(name)));
  }

  @Override
  public CompletionStage<RecordedTable> table() {
    return ask("read the table", server()::read).thenApply(Reading::recorded);
  }

  private RecordServer server() {
    return cluster.record();
  }

  private static CompletionStage<RecordEntry> entry(CompletionStage<Reading> reading) {
    return reading.thenApply(Reading::entry);
  }

  private CompletionStage<Reading> ask(String what, Supplier<Reading> request) {
    Random random = cluster.random();
    boolean failsEarly = random.nextDouble() < cluster.faults().recordFails;
    boolean failsLate = random.nextDouble() < cluster.faults().recordFails;
    CompletionStage<Reading> answer =
        cluster
            .network()
            .call(
                what + ", asks " + party,
                party,
                RecordServer.PLACE,
                server()::party,
                () -> {
                  if (server().isAway()) {
                    return CompletableFuture.failedFuture(unavailable("no quorum"));
                  }
                  long before = server().read().revision();
                  Reading after = request.get();
                  if (after.revision() != before) {
                    cluster.recordChanged(after);
                  }
                  return failsLate
                      ? CompletableFuture.failedFuture(unavailable("the connection was lost"))
                      : CompletableFuture.completedFuture(after);
                });
    CompletableFuture<Reading> known = new CompletableFuture<>();
    answer.whenComplete(
        (reading, thrown) -> {
          if (thrown == null) {
            learn(reading);
            known.complete(reading);
          } else {
            known.completeExceptionally(thrown);
          }
        });
    if (failsEarly) {
      party.schedule(
          () -> known.completeExceptionally(unavailable("the connection is suspended")),
          Duration.ofNanos(1 + random.nextInt(300_000)));
    }
    return known;
  }

  private static RecordUnavailableException unavailable(String why) {
    return new RecordUnavailableException(why, new IllegalStateException(why));
  }

  /** Learns of an entry, by an answer or by a watch. */
  void learn(Reading reading) {
    if (reading.revision() > newest.revision()) {
      newest = reading;
      List.copyOf(listeners).forEach(listener -> listener.accept(reading.entry()));
    }
  }

  Party party() {
    return party;
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    listeners.clear();
  }
}
