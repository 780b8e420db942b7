package io.eplb.core.cluster;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a group, for implementations of {@link RankGroup}. Used by one thread, which
 * calls them.
 */
public final class GroupListeners {
  private static final Logger LOG = LoggerFactory.getLogger(GroupListeners.class);

  /** A set of subscriptions, not of listeners: one listener may come twice. */
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();

  /** Creates a set without listeners. */
  public GroupListeners() {}

  /** Adds a listener. */
  public void add(Subscription subscription) {
    subscriptions.add(subscription);
  }

  /** Adds a listener, and tells it what is there now. */
  public void add(
      Subscription subscription,
      Connection connection,
      List<Member> members,
      Optional<Leader> leader) {
    add(subscription);
    subscription.tell(told -> told.connection(connection));
    members.forEach(member -> subscription.tell(told -> told.joined(member)));
    if (leader.isPresent()) {
      subscription.tell(told -> told.leader(leader));
    }
  }

  /** Removes a listener, which may be called once more unless it is ended. */
  public void remove(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  /** Tells all listeners of an event. */
  public void tellAll(Consumer<GroupListener> event) {
    subscriptions.forEach(subscription -> subscription.tell(event));
  }

  /** One call of {@link RankGroup#listen}. */
  public static final class Subscription {
    private final GroupListener listener;
    private volatile boolean ended;

    /** Creates a subscription that nothing is told yet. */
    public Subscription(GroupListener listener) {
      this.listener = listener;
    }

    /** Ends it: nothing more is told. */
    public void end() {
      ended = true;
    }

    /** Tells the listener of an event; a failure of it is logged. */
    public void tell(Consumer<GroupListener> event) {
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
