package io.eplb.server.cluster;

import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.GroupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of a process to its group, as it was told last. Thread-safe. */
public final class GroupConnection implements GroupListener {
  private static final Logger LOG = LoggerFactory.getLogger(GroupConnection.class);

  private volatile Connection now = Connection.CONNECTED;

  /** Creates a connection that is assumed to be there until the group says otherwise. */
  public GroupConnection() {}

  @Override
  public void connection(Connection connection) {
    Connection before = now;
    now = connection;
    if (connection != before) {
      tell(connection);
    }
  }

  private static void tell(Connection connection) {
    switch (connection) {
      case CONNECTED -> LOG.info("the group is within reach again");
      case SUSPENDED -> LOG.warn("the group is out of reach; serving goes on, updates wait");
      case LOST -> LOG.warn("the group has given this process up, which joins again when it can");
    }
  }

  /** Returns the connection that was told last. */
  public Connection now() {
    return now;
  }
}
