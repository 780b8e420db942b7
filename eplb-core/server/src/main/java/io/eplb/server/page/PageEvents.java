package io.eplb.server.page;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of every topic of the page. Writers are the planning threads, one at a time;
 * they store a record and write no JSON. Readers take an immutable list and never wait.
 *
 * <p>Example: a stream has been sent change 7. The topics have been changed last by the changes 3,
 * 9 and 12. The stream is sent the topic of change 9, then that of 12; of what happened to them
 * before it need not know.
 */
public final class PageEvents implements ServiceObserver {
  private final Map<TopicKey, Topic> latest = new LinkedHashMap<>();
  private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
  private long changes;
  private volatile List<Topic> ordered = List.of();

  /** Creates a state without groups. */
  public PageEvents() {
    putDirectory();
    ordered = List.copyOf(latest.values());
  }

  @Override
  public void planned(PlanRecord plan) {
    TopicKey key = TopicKey.model(plan.group(), plan.model());
    synchronized (latest) {
      put(
          key,
          content(key) instanceof ModelState model ? model.with(plan) : ModelState.first(plan));
    }
    listeners.forEach(Runnable::run);
  }

  @Override
  public void roundDecided(RoundRecord round) {
    TopicKey key = TopicKey.rounds(round.group());
    synchronized (latest) {
      put(
          key,
          content(key) instanceof RoundsState rounds
              ? rounds.with(round)
              : RoundsState.first(round));
    }
    listeners.forEach(Runnable::run);
  }

  @Override
  public void modelForgotten(String group, String model) {
    forget(TopicKey.model(group, model)::equals);
  }

  @Override
  public void groupForgotten(String group) {
    forget(key -> key.kind() != TopicKey.Kind.DIRECTORY && key.group().equals(group));
  }

  private void forget(Predicate<TopicKey> gone) {
    synchronized (latest) {
      if (!latest.keySet().removeIf(gone)) {
        return;
      }
      putDirectory();
      ordered = List.copyOf(latest.values());
    }
    listeners.forEach(Runnable::run);
  }

  private @Nullable TopicContent content(TopicKey key) {
    Topic topic = latest.get(key);
    return topic == null ? null : topic.content();
  }

  /** Makes a topic the last one to have changed. */
  private void put(TopicKey key, TopicContent content) {
    boolean known = latest.remove(key) != null;
    latest.put(key, new Topic(key, ++changes, content));
    if (!known) {
      putDirectory();
    }
    ordered = List.copyOf(latest.values());
  }

  private void putDirectory() {
    latest.remove(TopicKey.DIRECTORY);
    Directory directory = new Directory(List.copyOf(latest.keySet()));
    latest.put(TopicKey.DIRECTORY, new Topic(TopicKey.DIRECTORY, ++changes, directory));
  }

  /**
   * Returns the topic that changed next after a change.
   *
   * @param seen the version of the topic that was sent last, 0 at the beginning
   */
  Optional<Topic> next(long seen) {
    for (Topic topic : ordered) {
      if (topic.version() > seen) {
        return Optional.of(topic);
      }
    }
    return Optional.empty();
  }

  /** Has a listener called after each change, by the thread that made it; it returns at once. */
  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }
}
