package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.balance.BalanceReport;
import java.util.function.Function;

/**
 * The input of one plan.
 *
 * @param current the table to start from: a map, or the engine's initial layout
 * @param running whether {@code current} is a running engine's, whose slots are worth keeping
 * @param firstMoeLayer the model's own id of the first layer, as the current map says; 0 without
 * @param topology its shape
 * @param workload the load to plan for, under {@code current}
 * @param balance measures a table under the load that is planned for
 */
public record PlanInput(
    ExpertTable current,
    boolean running,
    int firstMoeLayer,
    EpTopology topology,
    ExpertWorkload workload,
    Function<ExpertTable, BalanceReport> balance) {}
