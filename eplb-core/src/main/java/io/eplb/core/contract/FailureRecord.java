package io.eplb.core.contract;

import io.eplb.api.PolicyException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts a policy's rejected plans in a row and switches it off at the limit. Thread-safe. */
final class FailureRecord {
  private static final Logger LOG = LoggerFactory.getLogger(FailureRecord.class);

  private final String name;
  private final int limit;
  private final Deque<String> lastErrors = new ArrayDeque<>();
  private int consecutive;
  private boolean switchedOff;

  FailureRecord(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  synchronized void accepted() {
    consecutive = 0;
  }

  synchronized void rejected(PolicyException failure) {
    if (lastErrors.size() == PolicyState.MOST_ERRORS) {
      lastErrors.removeFirst();
    }
    lastErrors.addLast(String.valueOf(failure.getMessage()));
    consecutive++;
    LOG.debug("plan rejected, {} in a row: {}", consecutive, failure.getMessage());
    if (consecutive >= limit && !switchedOff) {
      switchedOff = true;
      LOG.error(
          "policy {} is switched off after {} rejected plans in a row; the last one: {}",
          name,
          consecutive,
          failure.getMessage());
    }
  }

  synchronized boolean switchedOff() {
    return switchedOff;
  }

  synchronized PolicyException whySwitchedOff() {
    return new PolicyException(
        "policy %s is switched off after %d rejected plans in a row; the last one: %s"
            .formatted(name, consecutive, lastErrors.getLast()));
  }

  synchronized PolicyState state() {
    return new PolicyState(name, consecutive, List.copyOf(lastErrors), switchedOff);
  }
}
