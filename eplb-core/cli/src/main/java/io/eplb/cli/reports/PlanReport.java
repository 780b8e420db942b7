package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.contract.Breach;
import io.eplb.core.balance.BalanceReport;
import java.util.List;

/**
 * What {@code eplb plan} has to say, for people and machines alike.
 *
 * @param policy the policy's name
 * @param topology the group planned for
 * @param layers the number of layers
 * @param before the balance of the current table, or of the initial layout
 * @param after the balance of the accepted table, under the same load
 * @param expertsMoved experts that ranks must receive, over all layers
 * @param rejected why layers were rejected, in layer order
 * @param duplicates surplus replicas of an expert on the same rank
 * @param planMillis the time of the policy's call and the contract check
 * @param output where the map went
 */
public record PlanReport(
    String policy,
    EpTopology topology,
    int layers,
    BalanceReport before,
    BalanceReport after,
    long expertsMoved,
    List<Breach> rejected,
    long duplicates,
    PlanTimes planMillis,
    String output) {}
