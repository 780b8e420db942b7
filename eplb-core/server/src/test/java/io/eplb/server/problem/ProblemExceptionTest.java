package io.eplb.server.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.UnsupportedRequestException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProblemExceptionTest {
  @Test
  void theContractIsToldFromTheRequest() {
    assertEquals(422, ProblemException.of(new InvalidInputException("I2: a load is −1")).status());
    assertEquals(
        422, ProblemException.of(new InvalidInputException("body: I1: shapes differ")).status());
    assertEquals(
        400, ProblemException.of(new InvalidInputException("there is no XI1: y")).status());
    assertEquals(422, ProblemException.of(new UnsupportedRequestException("not so")).status());
    assertEquals(422, ProblemException.of(new InsufficientSlotsException("too few")).status());
    assertEquals(500, ProblemException.of(new InternalException("a bug")).status());
  }

  @Test
  void aRequestThatMemoryDoesNotSufficeForMaySucceedLater() {
    ProblemException problem =
        ProblemException.of(
            new InvalidInputException("body: does not fit", new OutOfMemoryError("heap")));
    assertEquals(503, problem.status());
    assertEquals(OptionalInt.of(5), problem.retryAfterSeconds());
  }
}
