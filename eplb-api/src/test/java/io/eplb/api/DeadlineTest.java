package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final AtomicLong clock = new AtomicLong();

  @Test
  void passesWhenItsTimeIsUp() {
    Deadline deadline = Deadline.in(Duration.ofNanos(10), clock::get);

    assertTrue(deadline.limited());
    assertFalse(deadline.passed());
    assertEquals(10, deadline.remainingNanos());
    clock.set(9);
    assertFalse(deadline.passed());
    clock.set(10);
    assertTrue(deadline.passed());
    clock.set(11);
    assertEquals(0, deadline.remainingNanos());
  }

  @Test
  void worksWhereTheClockWrapsAround() {
    clock.set(Long.MAX_VALUE - 5);
    Deadline deadline = Deadline.in(Deadline.MAX, clock::get);

    assertFalse(deadline.passed());
    clock.addAndGet(Deadline.MAX.toNanos() - 1);
    assertFalse(deadline.passed());
    assertEquals(1, deadline.remainingNanos());
    clock.incrementAndGet();
    assertTrue(deadline.passed());
  }

  @Test
  void hasPassedAtOnceWithoutAnyTime() {
    assertTrue(Deadline.in(Duration.ZERO).passed());
  }

  @Test
  void neverPassesWithoutALimit() {
    assertFalse(Deadline.unlimited().limited());
    assertFalse(Deadline.unlimited().passed());
    assertEquals(Long.MAX_VALUE, Deadline.unlimited().remainingNanos());
  }

  @Test
  void refusesNegativeTimesAndMoreThanADay() {
    Refusal.says(() -> Deadline.in(Duration.ofNanos(-1)), "PT-0.000000001S", "between 0 and PT24H");
    Refusal.says(() -> Deadline.in(Duration.ofDays(1).plusNanos(1)), "between 0 and PT24H");
    Refusal.says(() -> Deadline.in(Duration.ofSeconds(Long.MAX_VALUE)), "between 0 and PT24H");
    Refusal.says(() -> Deadline.in(Refusal.nothing()), "time to the deadline is null");
    Refusal.says(() -> Deadline.in(Duration.ZERO, Refusal.nothing()), "clock is null");
  }
}
