package io.eplb.server.cluster;

import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.CommitRecord;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A process's access to its group and to the group's record. */
public interface ClusterAccess extends AutoCloseable {
  /** Returns the group. */
  RankGroup group();

  /**
   * Finds the record; empty if there is none yet. Fails with {@link
   * io.eplb.core.record.RecordUnavailableException} if that is not known.
   */
  CompletionStage<Optional<CommitRecord>> find();

  /**
   * Creates the record, unless there is one with the same table in force. Fails with {@link
   * io.eplb.core.record.RecordUnavailableException} if that is not known, and with {@link
   * io.eplb.api.InvalidInputException} if it has another table.
   */
  CompletionStage<CommitRecord> create(ExpertTable first);

  /** Leaves the group. */
  @Override
  void close();
}
