package io.eplb.core.update.promise;

import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.Place;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The preparations of one rank, and its buffers: each belongs to one preparation, or is free. A
 * buffer whose preparation was given up is free when nothing is written to it any more. Belongs to
 * the timeline of its {@link RankSide}. Example, with two buffers:
 *
 * <pre>
 *   prepare(5)   takes buffers 0 and 1, receives into both
 *   release(5)   buffer 0 was received and is free; buffer 1 is still written to
 *   …            the copy into buffer 1 ends: it is free, and the release completes
 * </pre>
 */
final class PreparedLayers {
  private final ExpertWeights weights;
  private final int rank;
  private final int receivesAtOnce;
  private final Executor events;

  /** The buffers of preparations, and those that are still written to. */
  private final BitSet used = new BitSet();

  private final Map<Id, PreparedLayer> known = new LinkedHashMap<>();

  private final Set<Long> released = new HashSet<>();
  private long epoch;
  private long firstNumber;
  private long received;
  private long failed;

  /** The number of copies that run. */
  private int copies;

  private boolean ending;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * Creates an empty set.
   *
   * @param receivesAtOnce the most copies of a preparation at the same time
   * @param events runs events on the timeline
   */
  PreparedLayers(ExpertWeights weights, int rank, int receivesAtOnce, Executor events) {
    this.weights = weights;
    this.rank = rank;
    this.receivesAtOnce = receivesAtOnce;
    this.events = events;
  }

  /** Returns the buffers that are free. */
  List<Integer> freeBuffers() {
    List<Integer> free = new ArrayList<>();
    for (int buffer = used.nextClearBit(0);
        buffer < weights.buffersPerRank();
        buffer = used.nextClearBit(buffer + 1)) {
      free.add(buffer);
    }
    return free;
  }

  /** Returns how many experts have been received and verified. */
  long received() {
    return received;
  }

  /** Returns how many experts could not be received, or were others. */
  long failed() {
    return failed;
  }

  /** Returns how many buffers are not free. */
  int buffersInUse() {
    return used.cardinality();
  }

  /** Takes buffers for a change that was prepared before the agent restarted. */
  void take(Collection<Integer> buffers) {
    buffers.forEach(used::set);
  }

  /** Frees such buffers. */
  void giveBack(Collection<Integer> buffers) {
    buffers.forEach(used::clear);
  }

  /** Forgets the preparations of earlier updates, and refuses them from now on. */
  void begin(long newEpoch, long first) {
    if (newEpoch == epoch && first <= firstNumber) {
      return;
    }
    forgetUnpromised();
    released.clear();
    epoch = newEpoch;
    firstNumber = first;
  }

  private void forgetUnpromised() {
    for (PreparedLayer layer : List.copyOf(known.values())) {
      if (!layer.isPromised()) {
        forget(layer);
      }
    }
  }

  /** Starts no more copies. */
  void end() {
    forgetUnpromised();
    ending = true;
    completeIfEnded();
  }

  private void completeIfEnded() {
    if (ending && copies == 0) {
      ended.complete(null);
    }
  }

  /** Completes after {@link #end} when nothing is written to any buffer. */
  CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  CompletionStage<Void> prepare(Preparation preparation) {
    Id id = new Id(preparation.epoch(), preparation.number());
    PreparedLayer before = known.get(id);
    if (before != null) {
      return before.received();
    }
    if (preparation.epoch() != epoch
        || preparation.number() < firstNumber
        || released.contains(preparation.number())) {
      throw new IllegalStateException(preparation + " is over");
    }
    for (PreparedLayer other : known.values()) {
      if (other.layer() == preparation.layer()) {
        throw new IllegalStateException(
            "%s cannot be prepared: %s is not released".formatted(preparation, other));
      }
    }
    BitSet wanted = buffers(preparation);
    if (wanted.intersects(used)) {
      throw new IllegalStateException(
          "rank %d cannot give buffers %s to %s; free are %s"
              .formatted(rank, wanted, preparation, freeBuffers()));
    }
    used.or(wanted);
    PreparedLayer layer = new PreparedLayer(preparation, wanted);
    known.put(id, layer);
    receive(layer);
    return layer.received();
  }

  /** Returns the buffers of a preparation. */
  private BitSet buffers(Preparation preparation) {
    BitSet buffers = new BitSet();
    Stream.concat(
            preparation.receives().stream().map(Preparation.Receive::buffer),
            preparation.exchanges().stream().map(Preparation.Exchange::buffer))
        .forEach(
            buffer -> {
              if (buffer < 0 || buffer >= weights.buffersPerRank()) {
                throw new IllegalStateException(
                    "rank %d has buffers 0 to %d; %s names buffer %d"
                        .formatted(rank, weights.buffersPerRank() - 1, preparation, buffer));
              }
              buffers.set(buffer);
            });
    return buffers;
  }

  /** Starts the next copies of a layer. */
  private void receive(PreparedLayer layer) {
    while (layer.mayStart(receivesAtOnce)) {
      Preparation.Receive next = layer.start();
      copies++;
      CompletionStage<Void> copy;
      try {
        copy = copy(layer.layer(), next);
      } catch (RuntimeException | Error thrown) { // Any fault of the engine costs this layer only.
        copy = CompletableFuture.failedFuture(thrown);
      }
      copy.whenComplete(
          (nothing, thrown) -> events.execute(() -> ended(layer, next.buffer(), thrown)));
    }
  }

  private CompletionStage<Void> copy(int layer, Preparation.Receive receive) {
    Place source = receive.source();
    int buffer = receive.buffer();
    CompletionStage<Void> copy =
        source.equals(Place.CHECKPOINT)
            ? weights.load(layer, receive.expert(), rank, buffer)
            : weights.receive(layer, source.rank(), source.index(), rank, buffer);
    return copy.thenRun(() -> weights.verify(layer, receive.expert(), rank, buffer));
  }

  private void ended(PreparedLayer layer, int buffer, @Nullable Throwable thrown) {
    copies--;
    if (thrown == null) {
      received++;
    } else {
      failed++;
    }
    layer.ended(buffer, thrown == null ? "" : FailureReason.words(thrown));
    if (layer.isForgotten()) {
      free(layer);
    } else {
      receive(layer);
    }
    completeIfEnded();
  }

  /** Returns the preparation of a layer whose experts have all been received. */
  PreparedLayer of(int layer) {
    for (PreparedLayer prepared : known.values()) {
      if (prepared.layer() == layer && prepared.isReceived()) {
        return prepared;
      }
    }
    throw new IllegalStateException("rank %d has not prepared layer %d".formatted(rank, layer));
  }

  CompletionStage<Void> release(long ofEpoch, long number) {
    if (ofEpoch != epoch || number < firstNumber) {
      return CompletableFuture.completedFuture(null); // Forgotten when the update began.
    }
    released.add(number);
    PreparedLayer layer = known.get(new Id(ofEpoch, number));
    if (layer == null) {
      return CompletableFuture.completedFuture(null);
    }
    if (layer.isPromised()) {
      throw new IllegalStateException(layer + " is part of a switch that is not over");
    }
    forget(layer);
    return layer.over();
  }

  /** Keeps layers, and their buffers, until their switch is over. */
  static void promise(List<PreparedLayer> layers) {
    layers.forEach(layer -> layer.promise(true));
  }

  /** Keeps layers of a void switch for the next one, unless another update has begun. */
  void withdraw(List<PreparedLayer> layers) {
    for (PreparedLayer layer : layers) {
      layer.promise(false);
      if (layer.preparation().epoch() != epoch || layer.preparation().number() < firstNumber) {
        forget(layer);
      }
    }
  }

  /** Frees the buffers of layers that are switched. */
  void switched(List<PreparedLayer> layers) {
    for (PreparedLayer layer : layers) {
      layer.promise(false);
      forget(layer);
    }
  }

  private void forget(PreparedLayer layer) {
    known.values().remove(layer);
    layer.forget();
    free(layer);
  }

  private void free(PreparedLayer layer) {
    used.andNot(layer.takeIdleBuffers());
  }

  /** The name of a preparation; planners of different epochs give the same numbers. */
  private record Id(long epoch, long number) {}
}
