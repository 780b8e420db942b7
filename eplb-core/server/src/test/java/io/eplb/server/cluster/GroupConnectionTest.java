package io.eplb.server.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.cluster.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupConnectionTest {
  @Test
  void eachChangeIsOneLineAndTheFirstConnectionIsNone() {
    GroupConnection connection = new GroupConnection();
    try (LogLines log = new LogLines()) {
      connection.connection(Connection.CONNECTED);
      assertEquals(List.of(), log.all());
      connection.connection(Connection.SUSPENDED);
      connection.connection(Connection.SUSPENDED);
      assertEquals(Connection.SUSPENDED, connection.now());
      connection.connection(Connection.LOST);
      connection.connection(Connection.CONNECTED);
      assertEquals(Connection.CONNECTED, connection.now());
      assertEquals(
          List.of(
              "WARN the group is out of reach; serving goes on, updates wait",
              "WARN the group has given this process up, which joins again when it can",
              "INFO the group is within reach again"),
          log.all());
    }
  }
}
