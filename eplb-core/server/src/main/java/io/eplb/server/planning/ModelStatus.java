package io.eplb.server.planning;

import io.eplb.core.contract.PolicyState;
import io.eplb.server.observe.PlanRecord;
import java.util.Optional;

/**
 * A model of a group as it is now: all questions of one group about layers × experts. Immutable.
 *
 * @param group the group's name
 * @param model its shape, such as {@code 75x256}
 * @param layers the layers
 * @param experts the logical experts of a layer
 * @param ranks the ranks of the latest table; 0 before the first plan
 * @param slots the slots of a layer on all ranks together; 0 before the first plan
 * @param history the windows of load so far
 * @param estimator the weighting of the windows
 * @param dispatch the label of the dispatch under which the PAR of the latest plan is measured; the
 *     configuration's if there is no plan yet
 * @param plans the plans since the service started
 * @param digest the digest of the latest table, in hexadecimal; empty before the first plan
 * @param policy the failures of the policy in use; empty while none is
 * @param latest the latest plan since the service started
 */
public record ModelStatus(
    String group,
    String model,
    int layers,
    int experts,
    int ranks,
    int slots,
    long history,
    String estimator,
    String dispatch,
    long plans,
    String digest,
    Optional<PolicyState> policy,
    Optional<PlanRecord> latest) {}
