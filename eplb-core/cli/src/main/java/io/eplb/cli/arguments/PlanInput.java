package io.eplb.cli.arguments;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.elastic.Repair;
import java.util.function.Function;

/**
 * The input of one plan.
 *
 * @param start the table in force
 * @param running whether a running engine has this table, so that its slots are worth keeping
 * @param repair the table made to fit the ranks, to plan from
 * @param workload the load to plan for, under the table that fits
 * @param balance measures a table under the same load
 */
public record PlanInput(
    CurrentMap start,
    boolean running,
    Repair repair,
    ExpertWorkload workload,
    Function<ExpertTable, BalanceReport> balance) {}
