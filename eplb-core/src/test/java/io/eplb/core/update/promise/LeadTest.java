package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeadTest {
  private static final long MS = 1_000_000;

  private final Lead lead = new Lead(Duration.ofSeconds(1));

  /** Requests of 10 ms, a decision of 8 ms, steps of 5 ms. */
  private void measure() {
    lead.request(10 * MS);
    lead.decision(8 * MS);
    lead.step(100, 0);
    lead.step(120, 100 * MS);
  }

  @Test
  void theLeadCoversTwiceTheRequestsAndTheDecision() {
    measure();

    assertEquals(14, lead.steps());
  }

  @Test
  void theLeadDoublesWithEachFenceThatWasReachedTooEarlyUpToItsLimit() {
    measure();

    lead.tooShort();
    assertEquals(25, lead.steps());

    for (int fence = 0; fence < 20; fence++) {
      lead.tooShort();
    }
    assertEquals(202, lead.steps());
  }

  @Test
  void theLeadShrinksWhenFencesAreFarEnoughAhead() {
    measure();
    lead.tooShort();

    lead.longEnough();
    lead.longEnough();

    assertEquals(14, lead.steps());
  }

  @Test
  void aRankThatLeapsDoublesThePaceOnceAtMost() {
    measure();

    lead.step(100_000, 200 * MS);

    assertEquals(25, lead.steps());
  }

  @Test
  void aLookSoonAfterTheLastOneSaysNothingAboutThePace() {
    measure();

    lead.step(150, 101 * MS);

    assertEquals(14, lead.steps());
  }

  @Test
  void engineThatStandsStillHasTheLeastLead() {
    lead.request(10 * MS);
    lead.step(100, 0);
    lead.step(100, 100 * MS);

    assertEquals(2, lead.steps());
  }
}
