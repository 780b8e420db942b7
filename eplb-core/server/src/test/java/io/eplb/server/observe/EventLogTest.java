package io.eplb.server.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(EventLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final EventLog log = new EventLog();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void aFailedPolicyIsOneLineWhateverItSays() {
    log.planned(
        SmallPlans.of("g", "2x4", 1, PlanRecord.Outcome.POLICY_FAILED, "no\nidea", List.of()));
    assertEquals(List.of("group g, model 2x4: the table in force stays: no idea"), messages());
  }

  @Test
  void aDividedRoundIsNamed() {
    log.roundDecided(round(false, "rank 2 did not ask in time"));
    assertEquals(
        List.of("group g, round 7: nothing changes: rank 2 did not ask in time"), messages());
  }

  @Test
  void nothingElseIsLogged() {
    log.planned(SmallPlans.of("g", "2x4", 1));
    log.roundDecided(round(true, ""));
    assertEquals(List.of(), messages());
  }

  private static RoundRecord round(boolean unanimous, String reason) {
    List<Integer> missing = unanimous ? List.of() : List.of(2);
    Instant time = Instant.parse("2026-11-30T05:00:00Z");
    return new RoundRecord("g", 7, time, 3, unanimous, unanimous, missing, List.of(), reason);
  }

  private List<String> messages() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
