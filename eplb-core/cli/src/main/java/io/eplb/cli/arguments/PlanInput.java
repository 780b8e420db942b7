package io.eplb.cli.arguments;

import io.eplb.api.ExpertWorkload;
import io.eplb.core.elastic.Repair;
import io.eplb.core.load.LoadRecording;

/**
 * The input of one plan.
 *
 * @param start the table in force
 * @param running whether a running engine has this table, so that its slots are worth keeping
 * @param repair the table made to fit the ranks, to plan from
 * @param workload the load to plan for, under the table that fits
 * @param expertLoads the same load, layers × experts tokens
 * @param recording all windows that were read
 * @param range the windows that the load was taken from
 * @param averaged whether it is their moving average and not their sum
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record PlanInput(
    CurrentMap start,
    boolean running,
    Repair repair,
    ExpertWorkload workload,
    double[] expertLoads,
    LoadRecording recording,
    WindowRange range,
    boolean averaged) {
  /** Returns one window of the recording, layers × experts tokens. */
  public double[] window(int window) {
    return recording.sum(window, window);
  }
}
