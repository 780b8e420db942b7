package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyOptions;

/** The question that is put to a policy, checked and complete. */
record PlanQuestion(
    ExpertTable current,
    ExpertWorkload workload,
    EpTopology topology,
    PolicyOptions options,
    long seed,
    MigrationBudget budget) {}
