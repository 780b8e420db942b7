package io.eplb.server.agent;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.migration.Place;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The first switch of a planner for a group of one rank, message by message: layer 0 goes from
 * experts 0, 1, 0 to 1, 0, 1.
 */
final class OneSwitch {
  private static final int[] ROW = {1, 0, 1};
  private static final List<Integer> LAYERS = List.of(0);

  private final long epoch;
  private final SwitchName name;
  private final long incarnation;
  private final Placement rows;
  private final String digest;

  OneSwitch(ExpertTable table, long epoch, long incarnation) {
    this.epoch = epoch;
    this.name = new SwitchName(epoch, 1);
    this.incarnation = incarnation;
    this.rows = Placement.builder(table).setLayer(0, ROW, 0).build();
    this.digest =
        TableDigest.of(table.withLayers(table.version() + 1, new int[] {0}, rows)).toText();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /** Brings the experts of the new row into buffers. */
  OneSwitch prepare(RankLink rank) {
    get(rank.join(epoch, 1, 0));
    get(
        rank.prepare(
            incarnation,
            new Preparation(
                epoch,
                1,
                0,
                new LayerRow(ROW, null),
                List.of(
                    new Preparation.Receive(1, Place.slot(0, 1), 0),
                    new Preparation.Receive(0, Place.slot(0, 0), 1),
                    new Preparation.Receive(1, Place.CHECKPOINT, 2)),
                List.of(
                    new Preparation.Exchange(0, 0),
                    new Preparation.Exchange(1, 1),
                    new Preparation.Exchange(2, 2)))));
    return this;
  }

  boolean promise(RankLink rank, long fence) {
    return get(rank.promise(incarnation, name, LAYERS, fence, digest)).given();
  }

  OneSwitch propose(CommitRecord record) {
    get(record.takeOver(epoch));
    get(record.propose(name, LAYERS));
    return this;
  }

  void commit(CommitRecord record, long fence) {
    get(record.commit(name, rows, fence, digest));
  }

  CompletionStage<Void> switched(RankLink rank) {
    return rank.switched(incarnation, 1);
  }
}
