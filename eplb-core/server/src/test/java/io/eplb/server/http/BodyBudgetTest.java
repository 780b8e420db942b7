package io.eplb.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  @Test
  void aBodyThatFitsIsGrantedAtOnce() {
    BodyBudget budget = new BodyBudget(10);
    assertTrue(budget.take(10).isDone());
    assertEquals(10, budget.taken());
    budget.giveBack(10);
    assertEquals(0, budget.taken());
  }

  @Test
  void aSmallBodyDoesNotOvertakeALargeOneThatWaits() {
    BodyBudget budget = new BodyBudget(10);
    assertTrue(budget.take(6).isDone());
    CompletableFuture<Void> large = budget.take(7);
    CompletableFuture<Void> small = budget.take(1);
    assertFalse(large.isDone());
    assertFalse(small.isDone());
    budget.giveBack(6);
    assertTrue(large.isDone());
    assertTrue(small.isDone());
    assertEquals(8, budget.taken());
  }

  @Test
  void aBodyBeyondTheWholeBudgetWouldWaitForEver() {
    BodyBudget budget = new BodyBudget(10);
    assertThrows(IllegalArgumentException.class, () -> budget.take(11));
  }
}
