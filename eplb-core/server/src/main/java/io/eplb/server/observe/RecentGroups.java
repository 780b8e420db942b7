package io.eplb.server.observe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps what is shown bounded: passes all events on, and has the group or model forgotten that was
 * quiet longest when there are more than {@value #MOST_GROUPS} groups, or more than {@value
 * #MOST_MODELS} models in one.
 *
 * <p>Events are passed on one at a time, so that no observer hears of a group again before it has
 * forgotten it. Thread-safe.
 */
public final class RecentGroups implements ServiceObserver {
  /** The groups that are shown at once. */
  public static final int MOST_GROUPS = 64;

  /** The models of a group that are shown at once. */
  public static final int MOST_MODELS = 8;

  private final ServiceObserver shown;

  /** The models of each group; both maps begin with what was quiet longest. */
  private final Map<String, Map<String, String>> groups = quietFirst();

  /**
   * Creates the bound.
   *
   * @param shown who gets the events
   */
  public RecentGroups(ServiceObserver shown) {
    this.shown = shown;
  }

  @Override
  public synchronized void planned(PlanRecord plan) {
    Map<String, String> models = active(plan.group());
    if (models.put(plan.model(), plan.model()) == null && models.size() > MOST_MODELS) {
      String quiet = removeFirst(models);
      shown.modelForgotten(plan.group(), quiet);
    }
    shown.planned(plan);
  }

  @Override
  public synchronized void roundDecided(RoundRecord round) {
    active(round.group());
    shown.roundDecided(round);
  }

  @Override
  public synchronized void modelForgotten(String group, String model) {
    Map<String, String> models = groups.get(group);
    if (models != null) {
      models.remove(model);
    }
    shown.modelForgotten(group, model);
  }

  @Override
  public synchronized void groupForgotten(String group) {
    groups.remove(group);
    shown.groupForgotten(group);
  }

  private Map<String, String> active(String group) {
    Map<String, String> models = groups.computeIfAbsent(group, name -> quietFirst());
    if (groups.size() > MOST_GROUPS) {
      shown.groupForgotten(removeFirst(groups));
    }
    return models;
  }

  private static <V> Map<String, V> quietFirst() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  private static String removeFirst(Map<String, ?> entries) {
    String first = entries.keySet().iterator().next();
    entries.remove(first);
    return first;
  }
}
