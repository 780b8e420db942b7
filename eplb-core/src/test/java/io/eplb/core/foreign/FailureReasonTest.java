package io.eplb.core.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailureReasonTest {
  private final IllegalStateException cause = new IllegalStateException("the link is down");

  @Test
  void anExceptionSaysItsMessage() {
    assertEquals("the link is down", FailureReason.words(cause));
  }

  @Test
  void theReasonInFullHasTheLineOfCode() {
    String reason = FailureReason.of(cause);
    assertTrue(reason.matches("the link is down \\(at FailureReasonTest.java:\\d+\\)"), reason);
  }

  @Test
  void anExceptionThatOnlyWrapsAnotherIsToldAsTheOther() {
    assertEquals("the link is down", FailureReason.words(new CompletionException(cause)));
    assertEquals("the link is down", FailureReason.words(new ExecutionException("wrapped", cause)));
    assertEquals("the link is down", FailureReason.words(new RuntimeException(cause)));
    assertEquals("the link is down", FailureReason.words(new RuntimeException(null, cause)));
    assertEquals("rank 3", FailureReason.words(new RuntimeException("rank 3", cause)));
  }

  @Test
  void anExceptionWithoutAMessageSaysSo() {
    assertEquals("it gave no reason", FailureReason.words(new IllegalStateException(" ")));
    assertEquals(
        "it recursed too deeply",
        FailureReason.words(new CompletionException(new StackOverflowError())));
  }

  @Test
  void exceptionsThatCauseEachOtherComeToAnEnd() {
    RuntimeException one = new RuntimeException();
    one.initCause(new RuntimeException(null, one));
    assertEquals("it gave no reason", FailureReason.words(one));
  }

  @Test
  void anExceptionWhoseOwnMethodsFailHasAReasonToo() {
    assertEquals("it gave no reason", FailureReason.words(new Broken()));
    assertEquals(
        "it gave no reason", FailureReason.words(new CompletionException("x", new Broken())));
  }

  @Test
  void aReasonIsOneLine() {
    assertEquals(
        "first second", FailureReason.words(new IllegalStateException("first\n  second\n")));
  }

  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized @Nullable Throwable getCause() {
      throw new IllegalStateException("no cause");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no words");
    }
  }
}
