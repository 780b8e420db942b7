package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A service of a small group, and what its observer heard. */
final class ServiceRig implements AutoCloseable {
  static final int LAYERS = 2;
  static final int EXPERTS = 8;
  static final int RANKS = 4;
  static final int REDUNDANT = 4;

  final List<PlanRecord> records = Collections.synchronizedList(new ArrayList<>());
  final List<String> forgotten = Collections.synchronizedList(new ArrayList<>());
  final PlanService service;

  ServiceRig(String policy) {
    this(settings(policy), StateFolder.none());
  }

  ServiceRig(PlanSettings settings, StateFolder folder) {
    service =
        PlanService.open(
            settings,
            folder,
            new ServiceObserver() {
              @Override
              public void planned(PlanRecord plan) {
                records.add(plan);
              }

              @Override
              public void modelForgotten(String group, String model) {
                forgotten.add(group + "/" + model);
              }
            });
  }

  static EplbConfig config(String policy) {
    return EplbConfig.defaults()
        .with(Settings.RANKS, (long) RANKS)
        .with(Settings.REDUNDANT_EXPERTS, (long) REDUNDANT)
        .with(Settings.POLICY, policy);
  }

  static PlanSettings settings(String policy) {
    return PlanSettings.builder(config(policy)).build();
  }

  /** Starts a question with one window. */
  static PlanAsk.Builder window(int seed) {
    return PlanAsk.ofLoad("group", Asks.load(LAYERS, EXPERTS, seed));
  }

  /** Starts a question to a scripted policy. */
  static PlanAsk.Builder scripted(int seed, String script) {
    return window(seed).policy(ScriptedPolicy.NAME).option("script", script);
  }

  PlanAnswer ask(PlanAsk.Builder ask) {
    return Asks.answer(service.plan(ask.build()));
  }

  ProblemException refusal(PlanAsk.Builder ask) {
    return (ProblemException) Asks.refusal(service.plan(ask.build()));
  }

  PlanRecord latest() {
    return records.get(records.size() - 1);
  }

  /** Returns a plan in which the first slots of the first two ranks change places. */
  static Rebalance swapped(ExpertTable table, int... layers) {
    Placement.Builder placement = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    for (int layer : layers) {
      table.copyLayer(layer, row, 0);
      int first = row[0];
      row[0] = row[table.slotsPerRank()];
      row[table.slotsPerRank()] = first;
      placement.setLayer(layer, row, 0);
    }
    return Rebalance.of(true, layers, placement.build());
  }

  /** Returns the rows of an answer, one list per layer. */
  static List<List<Integer>> rows(PlanAnswer answer) {
    ExpertTable table = answer.table().orElseThrow();
    List<List<Integer>> rows = new ArrayList<>();
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return rows;
  }

  /** Ends the service; then the observer has heard of everything. */
  void end() {
    service.close();
  }

  @Override
  public void close() {
    end();
  }
}
