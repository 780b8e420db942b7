package io.eplb.core.cluster;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a group in one process. Used by one thread, which calls them. */
final class GroupListeners {
  private static final Logger LOG = LoggerFactory.getLogger(GroupListeners.class);

  /** A set of subscriptions, not of listeners: one listener may come twice. */
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();

  void add(Subscription subscription) {
    subscriptions.add(subscription);
  }

  void remove(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  void tellAll(Consumer<GroupListener> event) {
    subscriptions.forEach(subscription -> subscription.tell(event));
  }

  /** One call of {@link RankGroup#listen}. */
  static final class Subscription {
    private final GroupListener listener;
    private volatile boolean ended;

    Subscription(GroupListener listener) {
      this.listener = listener;
    }

    void end() {
      ended = true;
    }

    void tell(Consumer<GroupListener> event) {
      if (ended) {
        return;
      }
      try {
        event.accept(listener);
      } catch (RuntimeException thrown) {
        LOG.warn("the group's listener {} failed; it is called again", listener, thrown);
      }
    }
  }
}
