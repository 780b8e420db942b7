package io.eplb.cli.arguments;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.balance.BalanceReport;
import java.util.function.Function;

/**
 * The input of one plan.
 *
 * @param start the table to start from
 * @param running whether a running engine has this table, so that its slots are worth keeping
 * @param workload the load to plan for, under this table
 * @param balance measures a table under the same load
 */
public record PlanInput(
    CurrentMap start,
    boolean running,
    ExpertWorkload workload,
    Function<ExpertTable, BalanceReport> balance) {}
