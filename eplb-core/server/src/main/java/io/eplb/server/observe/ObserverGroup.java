package io.eplb.server.observe;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observers that all get each event, in their order. An observer that fails is logged and harms
 * neither the others nor the plan.
 */
public final class ObserverGroup implements ServiceObserver {
  private static final Logger LOG = LoggerFactory.getLogger(ObserverGroup.class);

  private final List<ServiceObserver> observers;

  /** Creates a group. */
  public ObserverGroup(List<ServiceObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  @Override
  public void planned(PlanRecord plan) {
    tell(observer -> observer.planned(plan));
  }

  @Override
  public void roundDecided(RoundRecord round) {
    tell(observer -> observer.roundDecided(round));
  }

  @Override
  public void modelForgotten(String group, String model) {
    tell(observer -> observer.modelForgotten(group, model));
  }

  @Override
  public void groupForgotten(String group) {
    tell(observer -> observer.groupForgotten(group));
  }

  private void tell(Consumer<ServiceObserver> event) {
    for (ServiceObserver observer : observers) {
      try {
        event.accept(observer);
      } catch (RuntimeException failed) {
        LOG.error("an event is not shown: {} failed", observer.getClass().getSimpleName(), failed);
      }
    }
  }
}
