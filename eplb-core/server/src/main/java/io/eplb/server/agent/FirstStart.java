package io.eplb.server.agent;

import io.eplb.core.cluster.StartUpCheck;
import io.eplb.core.cluster.StartUpProblem;
import io.eplb.core.cluster.StartUpReport;
import io.eplb.core.record.CommitRecord;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a rank to the group's record. At the group's first start there is none: all ranks
 * compare their tables, and if they agree each of them creates it with that table. Later starts
 * find it.
 *
 * <p>A check is decided once, with those that came in time. A rank that comes later, after an
 * attempt that has failed, opens the next one:
 *
 * <pre>
 *   start/0   ranks 0 and 1; rank 2 is missing: both end with that message
 *   start/1   all three, started again: they agree, the record is created
 * </pre>
 */
final class FirstStart {
  private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

  /** The gatherings of a check, one after another. */
  private static final int STAGES = 3;

  private final AgentSettings settings;
  private final ClusterAccess access;
  private final Patience patience;

  FirstStart(AgentSettings settings, ClusterAccess access, Patience patience) {
    this.settings = settings;
    this.access = access;
    this.patience = patience;
  }

  /**
   * Returns the record.
   *
   * @throws io.eplb.api.InvalidInputException if ranks are missing or disagree, or the record's
   *     table has another shape
   */
  CommitRecord record(Membership membership) throws InterruptedException, EndedException {
    for (int attempt = 0; ; attempt++) {
      Optional<CommitRecord> found = patience.get("finding the record", access::find);
      if (found.isPresent()) {
        return found.get();
      }
      String name = "start/" + attempt;
      LOG.info(
          "rank {} waits for all {} ranks to compare their tables, {} s at most",
          settings.rank(),
          settings.topology().ranks(),
          settings.startLimit().toSeconds());
      StartUpReport report =
          patience.get(
              "the check at the start",
              settings.startLimit().multipliedBy(STAGES).plus(settings.startLimit()),
              () -> check(membership, name));
      if (report.consistent()) {
        return patience.get("creating the record", () -> access.create(settings.first()));
      }
      if (report.problems().stream()
          .noneMatch(problem -> problem.kind() == StartUpProblem.Kind.LATE)) {
        report.requireConsistent();
      }
    }
  }

  /** Checks as a new member: one contributes to a check once. */
  private CompletionStage<StartUpReport> check(Membership membership, String name) {
    return membership
        .join()
        .thenCompose(
            member ->
                StartUpCheck.run(
                    member, name, settings.topology(), settings.first(), settings.startLimit()));
  }
}
