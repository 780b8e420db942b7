package io.eplb.server.planning;

import io.eplb.api.Dispatch;
import io.eplb.core.config.EplbConfig;
import java.util.List;

/**
 * A question whose parts fit each other and the settings.
 *
 * @param ask the question
 * @param edition the settings
 * @param shape its sizes
 * @param inForce the table in force
 * @param windows the loads, layers × experts tokens each, oldest first; one or more
 * @param policy the policy to ask
 */
record CheckedAsk(
    PlanAsk ask,
    PolicyEdition edition,
    AskShape shape,
    TableInForce inForce,
    List<double[]> windows,
    ChosenPolicy policy) {
  /**
   * Checks a question.
   *
   * @throws io.eplb.api.EplbException if something is wrong, missing or contradicts something else
   */
  static CheckedAsk of(PlanAsk ask, AskShape shape, PolicyEdition edition) {
    TableInForce inForce = TableInForce.of(ask, shape, edition.ranks());
    return new CheckedAsk(
        ask,
        edition,
        shape,
        inForce,
        AskedWindows.of(ask, shape, inForce.ids()),
        ChosenPolicy.of(ask, edition));
  }

  EplbConfig config() {
    return edition.config();
  }

  /** Returns the dispatch of the engine: the question's own, else the configuration's. */
  Dispatch dispatch() {
    return ask.dispatch().orElseGet(config()::dispatch);
  }

  /** Returns whether an engine runs the table in force, so that its slots are worth keeping. */
  boolean running() {
    return ask.current().isPresent() || ask.perSlot();
  }

  /** Returns the newest window. */
  double[] newest() {
    return windows.get(windows.size() - 1);
  }
}
