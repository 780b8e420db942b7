package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.LayerEnd;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.contract.PolicyState;
import io.eplb.core.registry.DiscoveredPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The policy that plans for a model, under its contract. Another policy, other settings or another
 * treatment of slots give the place to a new instance. Used by the model's writer; any thread may
 * {@link #giveUp} the plan under way.
 */
final class PolicySeat {
  private final PlanningThreads threads;

  /** The policy in the seat and the settings it is from. */
  private record Occupant(
      PolicyEdition edition,
      String name,
      boolean alignSlots,
      boolean helpers,
      GuardedPolicy guarded) {}

  private final AtomicReference<@Nullable Occupant> occupant = new AtomicReference<>();
  private volatile boolean givenUp;
  private @Nullable PlanOutcome latest;

  PolicySeat(PlanningThreads threads) {
    this.threads = threads;
  }

  /**
   * Lets a policy plan.
   *
   * @param alignSlots whether experts that stay on their rank keep their slot
   * @throws io.eplb.api.PolicyException if no instance can be made
   * @throws io.eplb.api.UnsupportedRequestException if the policy does not plan for such a request
   * @throws java.util.concurrent.CancellationException if this was given up
   */
  PlanOutcome plan(
      PolicyEdition edition, DiscoveredPolicy policy, boolean alignSlots, PlanRequest request) {
    return seated(edition, policy, alignSlots).plan(request);
  }

  private GuardedPolicy seated(PolicyEdition edition, DiscoveredPolicy policy, boolean alignSlots) {
    Occupant present = occupant.get();
    if (present != null
        && present.edition() == edition
        && present.name().equals(policy.name())
        && present.alignSlots() == alignSlots) {
      return present.guarded();
    }
    close();
    boolean helpers = threads.takeHelpers();
    GuardedPolicy guarded;
    try {
      guarded =
          new GuardedPolicy(
              policy::newInstance,
              edition
                  .settings()
                  .contract()
                  .withAlignSlots(alignSlots)
                  .withProcessors(helpers ? edition.settings().contract().processors() : 1));
    } catch (Throwable broken) {
      giveBack(helpers);
      throw broken;
    }
    edition.enter();
    occupant.set(new Occupant(edition, policy.name(), alignSlots, helpers, guarded));
    if (givenUp) {
      close();
    }
    return guarded;
  }

  private void giveBack(boolean helpers) {
    if (helpers) {
      threads.giveHelpersBack();
    }
  }

  /** Takes a plan as given to the engine, so that the policy can be told what became of it. */
  void gave(PlanOutcome plan) {
    latest = plan;
  }

  /**
   * Tells the policy which layers of the latest plan are in force and which are not.
   *
   * @param inForce the table that the engine has now
   */
  void tell(TableInForce inForce, long version) {
    Occupant present = occupant.get();
    PlanOutcome plan = latest;
    latest = null;
    if (present == null || plan == null || !inForce.shapedLike(plan.table())) {
      return;
    }
    ExpertTable planned = plan.table();
    List<LayerEnd> ends =
        Arrays.stream(plan.layerPriority())
            .mapToObj(
                layer ->
                    LayerEnd.of(
                        layer,
                        inForce.sameRow(planned, layer)
                            ? LayerEnd.Outcome.COMMITTED
                            : LayerEnd.Outcome.ABORTED,
                        version))
            .toList();
    present.guarded().layersEnded(plan, ends);
  }

  /** Returns whether there is a policy in the seat. */
  boolean taken() {
    return occupant.get() != null;
  }

  /** Returns the failures of the policy in the seat. */
  Optional<PolicyState> state() {
    Occupant present = occupant.get();
    return present == null ? Optional.empty() : Optional.of(present.guarded().state());
  }

  /** Closes the policy in the seat if it is not from these settings. */
  void closeUnless(PolicyEdition edition) {
    Occupant present = occupant.get();
    if (present != null && present.edition() != edition) {
      close();
    }
  }

  /** Closes the policy in the seat. */
  void close() {
    Occupant present = occupant.getAndSet(null);
    if (present != null) {
      latest = null;
      present.guarded().close();
      giveBack(present.helpers());
      present.edition().leave();
    }
  }

  /** Gives up the plan under way, and all later ones. */
  void giveUp() {
    givenUp = true;
    Occupant present = occupant.get();
    if (present != null) {
      present.guarded().close();
    }
  }
}
